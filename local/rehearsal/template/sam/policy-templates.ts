/**
 * Policy templates of SAM (its developer guide, "AWS SAM policy templates") that are known to say nothing of a
 * cluster's data. SAM has none that does; one that is not listed here is refused as the policy document that it is not.
 */
const unrelated: ReadonlySet<string> = new Set([
  'AWSSecretsManagerGetSecretValuePolicy',
  'CloudWatchDescribeAlarmHistoryPolicy',
  'CloudWatchPutMetricPolicy',
  'DynamoDBCrudPolicy',
  'DynamoDBReadPolicy',
  'DynamoDBReconfigurePolicy',
  'DynamoDBStreamReadPolicy',
  'DynamoDBWritePolicy',
  'EC2DescribePolicy',
  'EventBridgePutEventsPolicy',
  'FirehoseCrudPolicy',
  'FirehoseWritePolicy',
  'KMSDecryptPolicy',
  'KMSEncryptPolicy',
  'KinesisCrudPolicy',
  'KinesisStreamReadPolicy',
  'LambdaInvokePolicy',
  'S3CrudPolicy',
  'S3FullAccessPolicy',
  'S3ReadPolicy',
  'S3WritePolicy',
  'SESCrudPolicy',
  'SNSCrudPolicy',
  'SNSPublishMessagePolicy',
  'SQSPollerPolicy',
  'SQSSendMessagePolicy',
  'SSMParameterReadPolicy',
  'SSMParameterWithSlashPrefixReadPolicy',
  'StepFunctionsExecutionPolicy',
  'VPCAccessPolicy',
]);

export function isSamPolicyTemplate(policy: Readonly<Record<string, unknown>>): boolean {
  const [name, ...others] = Object.keys(policy);
  return name !== undefined && others.length === 0 && unrelated.has(name);
}
