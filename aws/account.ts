/** The requests of the preflight to an account. They only read; each method names the permission that it needs. */
export interface Account {
  /** No permission. The expiry of the credentials, if known. */
  credentials(): Promise<{ temporary: boolean; endsAt: Date | undefined }>;
  /** No permission: every identity may read its own name. */
  identity(): Promise<{ account: string; arn: string }>;
  /** ssm:GetParameter. The version of the bootstrap stack, undefined without one. */
  bootstrapVersion(): Promise<number | undefined>;
  /** cloudformation:DescribeStacks. Undefined without such a stack. */
  stackStatus(name: string): Promise<string | undefined>;
  /** ec2:DescribeAvailabilityZones. The names of the available zones. */
  zones(): Promise<readonly string[]>;
  /** ec2:DescribeSubnets. The names of the zones with a default subnet. */
  zonesWithDefaultSubnet(): Promise<readonly string[]>;
  /** ec2:DescribeInstanceTypeOfferings. The zones that offer an instance type of EC2. */
  zonesWith(instanceType: string): Promise<readonly string[]>;
  /** kafka:ListKafkaVersions. */
  kafkaVersions(): Promise<readonly { version: string; status: string }[]>;
  /** lambda:GetAccountSettings. Concurrent executions that no function has reserved. */
  unreservedConcurrency(): Promise<number>;
  /** kafka:DescribeClusterV2. Undefined if the cluster does not exist. */
  cluster(arn: string): Promise<ClusterFacts | undefined>;
  /** kafka:GetBootstrapBrokers. The addresses of the IAM listeners. */
  iamBrokers(arn: string): Promise<string | undefined>;
  /** ec2:DescribeSubnets. The VPCs of the existing subnets. */
  subnetVpcs(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** ec2:DescribeSecurityGroups. Its VPC, undefined if the group does not exist. */
  securityGroupVpc(id: string): Promise<string | undefined>;
}

export interface ClusterFacts {
  readonly state: string;
  readonly serverless: boolean;
  readonly iam: boolean;
  /** Unknown for Serverless. */
  readonly kafkaVersion: string | undefined;
  readonly brokers: number | undefined;
}
