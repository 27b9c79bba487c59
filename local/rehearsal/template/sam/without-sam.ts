import { managedPolicyPath } from '../../policy/managed-policies.js';
import type { TemplateDocument, TemplateResource } from '../load/document.js';
import { intrinsicName } from '../resolve/intrinsics.js';
import { isSamPolicyTemplate } from './policy-templates.js';
import { isRecord } from '../resolve/values.js';

type Properties = Readonly<Record<string, unknown>>;

/**
 * A SAM template as plain CloudFormation, as far as functions go: each AWS::Serverless::Function becomes a function
 * and, where it names none, the role that SAM makes for it. Other types of SAM stay as they are, and are refused where
 * something refers to them.
 */
export function withoutSam(document: TemplateDocument): TemplateDocument {
  const { Transform: _transform, Globals, ...rest } = document;
  const globals = isRecord(Globals?.['Function']) ? Globals['Function'] : {};
  return {
    ...rest,
    Resources: Object.fromEntries(
      Object.entries(document.Resources).flatMap(([id, resource]) =>
        resource.Type === 'AWS::Serverless::Function' ? plainFunction(id, resource, globals) : [[id, resource]],
      ),
    ),
  };
}

/** Properties that mean the same in both. */
const shared = [
  'Architectures',
  'Environment',
  'FunctionName',
  'Handler',
  'Layers',
  'LoggingConfig',
  'MemorySize',
  'PackageType',
  'Runtime',
  'Timeout',
  'VpcConfig',
];

function plainFunction(id: string, resource: TemplateResource, globals: Properties): [string, TemplateResource][] {
  const properties = merged(globals, resource.Properties ?? {}) as Properties;
  const condition = resource.Condition === undefined ? {} : { Condition: resource.Condition };
  const role = `${id}Role`;
  const made: TemplateResource = {
    ...resource,
    Type: 'AWS::Lambda::Function',
    Properties: {
      ...Object.fromEntries(shared.flatMap((key) => (key in properties ? [[key, properties[key]] as const] : []))),
      Code: codeOf(properties),
      Role: properties['Role'] ?? { 'Fn::GetAtt': [role, 'Arn'] },
    },
  };
  if (properties['Role'] !== undefined) return [[id, made]];
  return [
    [id, made],
    [role, { Type: 'AWS::IAM::Role', Properties: roleOf(id, properties), ...condition }],
  ];
}

/** SAM's rule for Globals: maps are merged, lists added to, all else replaced. */
function merged(general: unknown, own: unknown): unknown {
  if (intrinsicName(general) !== undefined || intrinsicName(own) !== undefined) return own;
  if (Array.isArray(general) && Array.isArray(own)) return [...(general as unknown[]), ...(own as unknown[])];
  if (!isRecord(general) || !isRecord(own)) return own;
  return {
    ...general,
    ...Object.fromEntries(
      Object.entries(own).map(([key, value]) => [key, key in general ? merged(general[key], value) : value]),
    ),
  };
}

function codeOf({ CodeUri: uri, InlineCode: inline, ImageUri: image }: Properties): unknown {
  if (inline !== undefined) return { ZipFile: inline };
  if (image !== undefined) return { ImageUri: image };
  if (isRecord(uri) && 'Bucket' in uri) return { S3Bucket: uri['Bucket'], S3Key: uri['Key'] };
  if (typeof uri === 'string' && uri.startsWith('s3://')) {
    const [bucket, ...key] = uri.slice('s3://'.length).split('/');
    return { S3Bucket: bucket, S3Key: key.join('/') };
  }
  return { LocalPath: uri };
}

/** The role that SAM makes: what each function needs, and what `Policies` says. */
function roleOf(id: string, properties: Properties): Properties {
  const given = properties['Policies'];
  const policies: unknown[] = given === undefined ? [] : Array.isArray(given) ? (given as unknown[]) : [given];
  const execution = ['AWSLambdaBasicExecutionRole'];
  if (properties['VpcConfig'] !== undefined) execution.push('AWSLambdaVPCAccessExecutionRole');
  return {
    ...(properties['RolePath'] === undefined ? {} : { Path: properties['RolePath'] }),
    ...(properties['PermissionsBoundary'] === undefined
      ? {}
      : { PermissionsBoundary: properties['PermissionsBoundary'] }),
    ManagedPolicyArns: [...execution, ...policies.filter((policy) => !isInline(policy))].map(managedArn),
    Policies: policies.flatMap((policy, index) => {
      if (!isInline(policy) || isSamPolicyTemplate(policy)) return [];
      return { PolicyName: `${id}RolePolicy${index}`, PolicyDocument: policy };
    }),
  };
}

/** A document, or a policy template of SAM's; all else is the name or the ARN of a managed policy. */
function isInline(policy: unknown): policy is Record<string, unknown> {
  return isRecord(policy) && intrinsicName(policy) === undefined;
}

function managedArn(policy: unknown): unknown {
  if (typeof policy !== 'string' || policy.startsWith('arn:')) return policy;
  return { 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${managedPolicyPath(policy)}` };
}
