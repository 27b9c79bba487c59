/**
 * Every attribute that `Fn::GetAtt` accepts, of the types that a rehearsal reads or knows the names of. "Name"
 * includes its parts ("Name.Part"). CloudFormation refuses all others.
 *
 * From CDK's service specification, which is that of CloudFormation's registry; a test compares.
 */
export const attributeNames: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': ['Arn', 'StreamArn'],
  'AWS::EC2::SecurityGroup': ['GroupId', 'Id', 'VpcId'],
  'AWS::EC2::SecurityGroupEgress': ['Id'],
  'AWS::EC2::SecurityGroupIngress': ['Id'],
  'AWS::IAM::ManagedPolicy': [
    'AttachmentCount', 'CreateDate', 'DefaultVersionId', 'IsAttachable', 'PermissionsBoundaryUsageCount', 'PolicyArn',
    'PolicyId', 'UpdateDate',
  ],
  'AWS::IAM::Policy': ['Id'],
  'AWS::IAM::Role': ['Arn', 'RoleId'],
  'AWS::KMS::Key': ['Arn', 'KeyId'],
  'AWS::Lambda::EventSourceMapping': ['EventSourceMappingArn', 'Id'],
  'AWS::Lambda::Function': ['Arn', 'SnapStartResponse'],
  'AWS::Lambda::LayerVersion': ['LayerVersionArn'],
  'AWS::Logs::LogGroup': ['Arn'],
  'AWS::MSK::Cluster': ['Arn', 'CurrentVersion'],
  'AWS::MSK::ClusterPolicy': ['CurrentVersion'],
  'AWS::MSK::Configuration': ['Arn', 'LatestRevision'],
  'AWS::MSK::Replicator': ['CurrentVersion', 'ReplicatorArn'],
  'AWS::MSK::ServerlessCluster': ['Arn'],
  'AWS::MSK::Topic': ['TopicArn'],
  'AWS::MSK::VpcConnection': ['Arn'],
  'AWS::S3::Bucket': [
    'Arn', 'DomainName', 'DualStackDomainName', 'MetadataConfiguration', 'MetadataTableConfiguration',
    'RegionalDomainName', 'WebsiteURL',
  ],
  'AWS::SecretsManager::Secret': ['Id'],
}; // prettier-ignore

/** Why CloudFormation would refuse an attribute; undefined for one that exists, and for unknown types. */
export function noSuchAttribute(type: string, name: string): string | undefined {
  const names = Object.hasOwn(attributeNames, type) ? attributeNames[type] : undefined;
  if (names === undefined || names.some((one) => name === one || name.startsWith(`${one}.`))) return undefined;
  return `${type} has no attribute ${name}, only ${names.join(', ')}`;
}
