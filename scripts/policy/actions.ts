/** Actions of the schemas that are left out, and actions that are added, each with its reason. */

/** Actions that this template does not need, because they belong to properties that it does not set. */
export const leftOut: Readonly<Record<string, string>> = {
  'acm-pca:GetCertificateAuthorityCertificate': 'client certificates; IAM is the only way in',
  'elasticfilesystem:DescribeMountTargets': 'functions have no file system',
  's3files:ListMountTargets': 'functions have no file system',
  'firehose:TagDeliveryStream': 'logs go to CloudWatch, not to Firehose',
  's3:GetBucketPolicy': 'logs go to CloudWatch, not to a bucket',
  's3:PutBucketPolicy': 'logs go to CloudWatch, not to a bucket',
  's3:REST.PUT.OBJECT': 'not an IAM action',
  'kms:Decrypt': 'nothing is encrypted with a key of yours',
  'kms:Encrypt': 'nothing is encrypted with a key of yours',
  'kms:GenerateDataKey': 'nothing is encrypted with a key of yours',
  'logs:AssociateKmsKey': 'nothing is encrypted with a key of yours',
  'logs:DisassociateKmsKey': 'nothing is encrypted with a key of yours',
  'lambda:GetLayerVersion': 'functions have no layers',
  'lambda:GetCodeSigningConfig': 'functions are not signed',
  'lambda:PassCapacityProvider': 'functions have no capacity provider',
  'logs:PutBearerTokenAuthentication': 'logs are not written with a bearer token',
};

/** Actions that resources of a type need in addition to their schema's list. */
export const added: Readonly<Record<string, readonly string[]>> = {
  // The template uses Fn::GetAZs, which is not a resource and needs these (AWS: "Fn::GetAZs").
  'AWS::EC2::Subnet': ['ec2:DescribeAccountAttributes', 'ec2:DescribeAvailabilityZones', 'ec2:DescribeSubnets'],
  // The authorization reference has these beside the kafka-cluster ones, and the developer guide names only the latter:
  // both, so that either reading works.
  'AWS::MSK::Topic': ['kafka:CreateTopic', 'kafka:DescribeTopic', 'kafka:UpdateTopic', 'kafka:DeleteTopic'],
};

/** A custom resource is a function that CloudFormation invokes. */
export function actionsOfCustomResource(): readonly string[] {
  return ['lambda:InvokeFunction'];
}
