import { toJson } from '@bufbuild/protobuf';
import { InvalidArgumentError, type Command } from 'commander';
import { AirCoreFrameSchema, type AirCoreFrame } from '../../src/frame/gen/air_core/v1/frame_pb.js';
import { headerNames } from '../../src/base/header-names.js';
import { air_core_codec, payload_text, type pubsub_error } from '../../src/index.js';
import { timeText } from '../../src/frame/timestamp.js';
import { thrownText } from '../../src/base/thrown.js';
import type { KeyValue } from '../../rehearsal/key-value.js';
import { tailTopic, type TailRecord, type TailStart } from '../../src/kafka/admin/tail.js';
import { action, printLine, printNotice, type ExitCode } from '../action.js';
import { between, namedValue, topicName } from '../arguments.js';
import { chosenBrokers, withBrokers, type BrokerFlags } from '../connection.js';
import { visible } from '../visible.js';

interface TailFlags extends BrokerFlags {
  from: TailStart;
  partition?: number;
  command?: string;
  id?: string;
  header?: readonly KeyValue[];
  errors?: true;
  count?: number;
  untilEnd?: true;
  json?: true;
}

/** `easy-pubsub tail TOPIC`: shows the frames of a topic as they are written. */
export function tailCommand(program: Command): void {
  const tails = program
    .command('tail')
    .description('show the frames of a topic, without a consumer group, until Ctrl-C')
    .argument('<topic>', 'the topic', topicName)
    .option(
      '--from <where>',
      'beginning, end, an offset, a time (2026-01-31T10:00Z), or a duration before now (90s, 10m, 2h, 1d)',
      startOf,
      'end',
    )
    .option('--until-end', 'end after the records that exist now')
    .option('--count <n>', 'end after this many frames', between(1, 1_000_000_000))
    .option('--partition <n>', 'only this partition', between(0, 1_000_000))
    .option('--command <name>', 'only frames with this command')
    .option('--id <correlation id>', 'only frames of this request: the request and its replies')
    .option('--header <name=value>', 'only records with this header; may be repeated', namedValue)
    .option('--errors', 'only error replies, and records that are not frames')
    .option('--json', 'print one JSON object per line');
  withBrokers(tails).action(action(tail));
}

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function startOf(text: string): TailStart {
  if (text === 'beginning' || text === 'end') return text;
  if (/^\d{1,15}$/.test(text)) return { offset: Number(text) };
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (unit !== undefined) return { time: Date.now() - Number(amount) * unitsMs[unit as keyof typeof unitsMs] };
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return { time };
  throw new InvalidArgumentError('It must be beginning, end, an offset, a time, or a duration such as 10m.');
}

async function tail(signal: AbortSignal, topic: string, flags: TailFlags): Promise<ExitCode> {
  const { connection } = await chosenBrokers(flags);
  const { from, partition, untilEnd = false, count = Number.POSITIVE_INFINITY } = flags;
  const partitions = partition === undefined ? undefined : [partition];
  let shown = 0;
  const onInterrupted = ({ raw_message }: pubsub_error): void =>
    printNotice(`Interrupted: ${raw_message}. Continues when the brokers answer again; Ctrl-C ends it.`);
  const onContinued = (): void => printNotice('Continues.');
  const options = { from, partitions, untilEnd, signal, onInterrupted, onContinued };
  for await (const record of tailTopic(connection, topic, options)) {
    const read = frameOf(record);
    if (!isWanted(record, read, flags)) continue;
    printLine(visible(flags.json === true ? JSON.stringify(asJson(topic, record, read)) : asLine(record, read)));
    shown += 1;
    if (shown >= count) break;
  }
  return 0;
}

type Read = { readonly frame: AirCoreFrame } | { readonly bad: string };

function frameOf({ value, bad }: TailRecord): Read {
  if (bad !== undefined) return { bad };
  if (value === null) return { bad: 'the record has no value' };
  try {
    return { frame: air_core_codec.decode(value) };
  } catch (error) {
    return { bad: thrownText(error) };
  }
}

function isWanted({ headers }: TailRecord, read: Read, flags: TailFlags): boolean {
  const frame = 'frame' in read ? read.frame : undefined;
  if (flags.header?.some((wanted) => headers[wanted.key] !== wanted.value) === true) return false;
  if (flags.command !== undefined && frame?.command !== flags.command) return false;
  if (flags.id !== undefined && frame?.sendTo?.correlationId !== flags.id && frame?.replyTo?.correlationId !== flags.id)
    return false;
  return flags.errors !== true || frame === undefined || frame.error !== undefined;
}

function asJson(topic: string, { partition, offset, key, value, headers }: TailRecord, read: Read): object {
  const place = { topic, partition, offset, headers };
  const bytes = { key: key?.toString('base64') ?? null, value: value?.toString('base64') ?? null };
  if ('bad' in read) return { ...place, bad: read.bad, ...bytes };
  try {
    return { ...place, frame: toJson(AirCoreFrameSchema, read.frame) };
  } catch (error) {
    // Protobuf has values that its JSON has not: a time before the year 1, for example.
    return { ...place, bad: `the frame has no JSON form: ${thrownText(error)}`, ...bytes };
  }
}

const SHOWN_LENGTH = 120;

/** "3/127 2026-01-31T10:00:00.000Z greet path 7 id 6c3f… → reply_to/2 "Ann"" */
function asLine({ partition, offset, value, headers }: TailRecord, read: Read): string {
  const place = `${partition}/${offset}`;
  const letter = letterOf(headers);
  if ('bad' in read) return [`${place} not a frame: ${read.bad} (${value?.length ?? 0} bytes)`, ...letter].join(' ');
  const { frame } = read;
  const { sendTo, replyTo, error, sentAt, sequencing } = frame;
  const to = sendTo?.kafkaKey?.kafkaPartitionKey;
  const isRequest = to?.case === 'sequenceNumberPath';
  const back = replyTo?.kafkaKey;
  const parts = [
    place,
    sentAt === undefined ? '-' : timeText(sentAt),
    error !== undefined ? `error ${error.code}` : isRequest ? frame.command || '(no command)' : replyName(sequencing),
    ...(isRequest ? [`path ${to.value.numbers.join('.')}`] : []),
    `id ${sendTo?.correlationId ?? ''}`,
    ...(isRequest && back?.kafkaPartitionKey.case === 'partitionInteger'
      ? [`→ ${back.kafkaTopic}/${back.kafkaPartitionKey.value}`]
      : []),
    error !== undefined ? JSON.stringify(error.message) : contentOf(frame),
    ...letter,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

const dead = headerNames.deadLetter;

/** Why a record is in a dead-letter topic: "dead letter: failed after 3 attempts, originally worker 0/127: "row 17 is locked"" */
function letterOf(headers: TailRecord['headers']): string[] {
  const found = headers[dead.kind];
  if (found === undefined) return [];
  const tried = headers[dead.attempts];
  const after = tried === undefined ? '' : ` after ${tried} ${tried === '1' ? 'attempt' : 'attempts'}`;
  const [from, at] = [headers[dead.topic] ?? '?', `${headers[dead.partition] ?? '?'}/${headers[dead.offset] ?? '?'}`];
  return [
    `dead letter: ${found.replace('_', ' ')}${after}, originally ${from} ${at}: ${JSON.stringify(shortened(headers[dead.reason] ?? ''))}`,
  ];
}

function shortened(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

function replyName(sequencing: AirCoreFrame['sequencing']): string {
  if (sequencing === undefined || (sequencing.number === 0 && sequencing.last)) return 'reply';
  return `reply ${sequencing.number}${sequencing.last ? ' (last)' : ''}`;
}

function contentOf(frame: AirCoreFrame): string {
  const text = payload_text(frame);
  if (text !== undefined) return JSON.stringify(shortened(text));
  const [payload] = frame.payloads;
  return payload === undefined ? '' : `(${payload.contentType || 'bytes'})`;
}
