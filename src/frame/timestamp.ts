import type { Timestamp } from '@bufbuild/protobuf/wkt';

/**
 * Converts wall-clock milliseconds to a protobuf timestamp with microseconds. (The conversion of protobuf-es takes
 * whole milliseconds, and a hop is often shorter than one.)
 */
export function timestampOf(wallMs: number): Timestamp {
  const seconds = Math.floor(wallMs / 1000);
  const nanos = Math.floor((wallMs - seconds * 1000) * 1000) * 1000;
  return { $typeName: 'google.protobuf.Timestamp', seconds: BigInt(seconds), nanos };
}

/** A protobuf timestamp as wall-clock milliseconds, with fractions. */
export function wallMsOf(timestamp: Timestamp): number {
  return Number(timestamp.seconds) * 1000 + timestamp.nanos / 1_000_000;
}

/** As text: ISO 8601, or the seconds since 1970 if a Date cannot have that time. */
export function timeText(timestamp: Timestamp): string {
  const date = new Date(wallMsOf(timestamp));
  return Number.isNaN(date.getTime()) ? `${timestamp.seconds} s after 1970` : date.toISOString();
}
