import type { EventSourceModel } from '../model.js';
import { functionArn, functionName } from '../resolve/kinds.js';
import { declaredOf, possiblyOf } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import type { Section } from '../resolve/section.js';

const groupConfigs = ['AmazonManagedKafkaEventSourceConfig', 'SelfManagedKafkaEventSourceConfig'];

/**
 * The event source mappings of topics, also to functions that are not in the template. Those of other services are
 * left out.
 */
export function readEventSources(resolving: Resolving): EventSourceModel[] {
  return possiblyOf(resolving, 'AWS::Lambda::EventSourceMapping').flatMap((mapping) => {
    const lenient = mapping.properties.lenient;
    const topics = lenient.get('Topics');
    if (!topics.present) {
      resolving.remarks.notModelled(
        mapping.path,
        'is an event source mapping of another service’s records, which nothing polls here',
      );
      return [];
    }
    const config = groupConfigs.map((key) => lenient.get(key)).find(({ present }) => present);
    const group = config?.get('ConsumerGroupId');
    const source: EventSourceModel = {
      logicalId: mapping.logicalId,
      path: topics.path.replace(/\.Properties\.Topics(?:\..*)?$/, ''),
      function: functionOf(lenient.get('FunctionName'), resolving),
      topics: topics.texts(),
      clusterArn: lenient.get('EventSourceArn').known(),
      group: group?.present === true ? group.text() : undefined,
    };
    resolving.remarks.notModelled(source.path, unpolled(source));
    return source;
  });
}

function unpolled({ function: one, topics, group }: EventSourceModel): string {
  const of = group === undefined ? '' : ` in group ${group}`;
  const whom = one ?? 'a function from elsewhere';
  return `nothing polls ${topics.length === 1 ? 'topic' : 'topics'} ${topics.join(', ')}${of} here: ${whom} gets only the events with which it is invoked`;
}

/** The function of a name, an ARN, a part of one (`111122223333:function:worker`), a version or an alias. */
function functionOf(section: Section, resolving: Resolving, seen: readonly string[] = []): string | undefined {
  const functions = declaredOf(resolving, 'AWS::Lambda::Function');
  const direct = section.refersTo();
  const referred = functions.find(({ logicalId }) => logicalId === direct);
  if (referred !== undefined) return referred.logicalId;
  const via = declaredOf(resolving, 'AWS::Lambda::Alias', 'AWS::Lambda::Version').find(
    ({ logicalId }) => logicalId === direct && !seen.includes(logicalId),
  );
  if (via !== undefined) {
    return functionOf(via.properties.lenient.get('FunctionName'), resolving, [...seen, via.logicalId]);
  }
  // "Worker.Alias" is SAM's reference; "WorkerAliaslive" is the alias that SAM creates. Of "Worker" and "WorkerAlias",
  // the longer one is meant.
  const [aliased] = functions
    .map(({ logicalId }) => logicalId)
    .filter((logicalId) => direct?.startsWith(`${logicalId}Alias`) === true)
    .sort((one, other) => other.length - one.length);
  if (aliased !== undefined) return aliased;
  const text = section.text();
  // Functions whose conditions exclude each other may have the same name.
  return possiblyOf(resolving, 'AWS::Lambda::Function').find((one) => {
    const [name, arn] = [functionName(one), functionArn(one)];
    const partial = `function:${name}`;
    return [name, partial, `${one.place.account}:${partial}`, arn].some(
      (of) => text === of || text.startsWith(`${of}:`),
    );
  })?.logicalId;
}
