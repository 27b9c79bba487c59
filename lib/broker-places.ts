/** What a broker's name tells: "b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098", "boot-abc.c2.kafka-serverless.…". */
const shape =
  /^[^.]+\.(?<cluster>.+)\.kafka(?<serverless>-serverless)?\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?<china>\.cn)?(?::\d+)?$/i;

/**
 * Where an ARN and the names of brokers contradict each other: one region, one partition, one cluster. Names that are not
 * MSK's, as those of a proxy or of DNS of one's own, contradict nothing.
 *
 * @param clusterArn `arn:PARTITION:kafka:REGION:…`
 * @param brokers each `host:port`
 * @returns sentences without their subject, the brokers
 */
export function contradictions(clusterArn: string, brokers: readonly string[]): string[] {
  const [, partition = '', , region = ''] = clusterArn.split(':');
  const places = brokers.flatMap((broker) => {
    const named = shape.exec(broker.trim())?.groups;
    return named === undefined ? [] : [{ broker: broker.trim(), ...named } as Place];
  });
  const elsewhere = places.find((place) => place.region.toLowerCase() !== region);
  const abroad = places.find(({ china }) => (china !== undefined) !== (partition === 'aws-cn'));
  const [first, ...others] = places;
  const stranger = others.find(({ cluster }) => cluster.toLowerCase() !== first?.cluster.toLowerCase());
  return [
    ...(elsewhere === undefined
      ? []
      : [`has ${elsewhere.broker}, in ${elsewhere.region}, and clusterArn is in ${region}`]),
    ...(elsewhere === undefined && abroad !== undefined
      ? [`has ${abroad.broker}, and clusterArn is in the partition ${partition}`]
      : []),
    ...(stranger === undefined || first === undefined
      ? []
      : [`has brokers of two clusters, ${first.broker} and ${stranger.broker}`]),
  ];
}

interface Place {
  readonly broker: string;
  readonly cluster: string;
  readonly region: string;
  readonly china: string | undefined;
}
