import { allow, QUALIFIER, STACK, type PolicyDocument } from './statements.js';

/**
 * The policy of docs/deploy-caller-policy.json: for the caller of `npx cdk deploy`. The first statement is enough if
 * the account is bootstrapped as usual, because the bootstrap's roles do the rest. The others are for a role that
 * deploys without these roles, and are the same as those of the bootstrap's roles (aws-cdk's bootstrap-template.yaml).
 */
export function callerPolicy(): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      allow('UseBootstrapRoles', ['sts:AssumeRole'], [`arn:aws:iam::*:role/cdk-${QUALIFIER}-*`]),
      allow(
        'ReadBootstrapVersion',
        ['ssm:GetParameter', 'ssm:GetParameters'],
        [`arn:aws:ssm:*:*:parameter/cdk-bootstrap/${QUALIFIER}/version`],
      ),
      allow(
        'PublishAssets',
        ['s3:GetBucketLocation', 's3:GetEncryptionConfiguration', 's3:GetObject', 's3:ListBucket', 's3:PutObject'],
        [`arn:aws:s3:::cdk-${QUALIFIER}-assets-*`],
      ),
      allow(
        'ManageTheStack',
        [
          'cloudformation:ContinueUpdateRollback',
          'cloudformation:CreateChangeSet',
          'cloudformation:CreateStack',
          'cloudformation:DeleteChangeSet',
          'cloudformation:DeleteStack',
          'cloudformation:DescribeChangeSet',
          'cloudformation:DescribeEvents',
          'cloudformation:DescribeStackEvents',
          'cloudformation:DescribeStackResources',
          'cloudformation:DescribeStacks',
          'cloudformation:ExecuteChangeSet',
          'cloudformation:GetTemplate',
          'cloudformation:GetTemplateSummary',
          'cloudformation:ListStackResources',
          'cloudformation:RollbackStack',
          'cloudformation:UpdateStack',
        ],
        [`arn:aws:cloudformation:*:*:stack/${STACK}/*`],
      ),
    ],
  };
}
