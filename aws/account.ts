/** What the preflight asks an account for. Reads only; each method names the permission that it needs. */
export interface Account {
  /** No permission. When the credentials end, where that is known. */
  credentials(): Promise<{ temporary: boolean; endsAt: Date | undefined }>;
  /** No permission: every identity may ask for its own name. */
  identity(): Promise<{ account: string; arn: string }>;
  /** ssm:GetParameter. The version of the bootstrap stack, undefined without one. */
  bootstrapVersion(): Promise<number | undefined>;
  /** cloudformation:DescribeStacks. Undefined without such a stack. */
  stackStatus(name: string): Promise<string | undefined>;
  /** ec2:DescribeAvailabilityZones. The available ones, by name. */
  zones(): Promise<readonly string[]>;
  /** ec2:DescribeSubnets. The zones that have a default subnet, by name. */
  zonesWithDefaultSubnet(): Promise<readonly string[]>;
  /** ec2:DescribeInstanceTypeOfferings. The zones that have an instance type of EC2. */
  zonesWith(instanceType: string): Promise<readonly string[]>;
  /** kafka:ListKafkaVersions. */
  kafkaVersions(): Promise<readonly { version: string; status: string }[]>;
  /** lambda:GetAccountSettings. Concurrent executions that no function has reserved. */
  unreservedConcurrency(): Promise<number>;
  /** kafka:DescribeClusterV2. Undefined where there is no such cluster. */
  cluster(arn: string): Promise<ClusterFacts | undefined>;
  /** kafka:GetBootstrapBrokers. The IAM listeners' addresses. */
  iamBrokers(arn: string): Promise<string | undefined>;
  /** ec2:DescribeSubnets. The VPCs of those subnets that exist. */
  subnetVpcs(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** ec2:DescribeSecurityGroups. Its VPC, undefined where there is no such group. */
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
