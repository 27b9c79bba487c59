/** The schedule of runs. */
export interface RunSchedule {
  /** The expression for EventBridge Scheduler. */
  readonly expression: string;
  /** The longest time between two runs. */
  readonly longestMinutes: number;
}

/** A run may take three minutes, and start two minutes late: with a shorter interval, runs could overlap. */
export const LEAST_MINUTES = 5;
const DAY = 24 * 60;

const SHAPES = 'it takes rate(15 minutes), rate(1 hour), or cron(0/15 8-18 * * ? *), in UTC';

/**
 * Reads a schedule whose runs do not overlap and whose missing runs can be noticed.
 *
 * @returns the schedule, or why it is refused
 */
export function readSchedule(text: string): RunSchedule | string {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(text);
  if (rate !== null) return ofRate(Number(rate[1]) * { minute: 1, hour: 60, day: DAY }[rate[2] as 'minute']);
  const cron = /^cron\((.+)\)$/.exec(text);
  return cron === null ? SHAPES : ofCron((cron[1] ?? '').trim().split(/\s+/), text);
}

function ofRate(minutes: number): RunSchedule | string {
  const problem = gapProblem(minutes, minutes);
  return problem ?? { expression: `rate(${minutes} minutes)`, longestMinutes: minutes };
}

function ofCron(fields: readonly string[], text: string): RunSchedule | string {
  const [minutes, hours, ...days] = fields;
  if (minutes === undefined || hours === undefined || days.length !== 4) return SHAPES;
  const [dayOfMonth, month, dayOfWeek, year] = days;
  if (month !== '*' || year !== '*' || ![dayOfMonth, dayOfWeek].every((field) => field === '*' || field === '?')) {
    return 'it must include every day (… * * ? *): missing runs are reported within two days';
  }
  if (dayOfMonth === dayOfWeek) return 'it needs a "?" for the day of the month or for the day of the week';
  const [inHour, inDay] = [values(minutes, 60), values(hours, 24)];
  if (inHour === undefined || inDay === undefined) return SHAPES;
  const times = inDay.flatMap((hour) => inHour.map((minute) => hour * 60 + minute));
  const gaps = times.map((time, index) => (times[index + 1] ?? (times[0] ?? 0) + DAY) - time);
  const problem = gapProblem(Math.min(...gaps), Math.max(...gaps));
  return problem ?? { expression: text, longestMinutes: Math.max(...gaps) };
}

function gapProblem(shortest: number, longest: number): string | undefined {
  if (shortest < LEAST_MINUTES) {
    return `its runs are ${shortest} minutes apart, and the minimum is ${LEAST_MINUTES}: a run takes up to three minutes and may start two minutes late, and runs must not overlap`;
  }
  return longest > DAY ? 'its runs are more than a day apart: missing runs are reported within two days' : undefined;
}

/** The values that one field of a cron expression means, in order: "*", "5", "0/15", "8-18", "8-18/2", lists of these. */
function values(field: string, end: number): number[] | undefined {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return undefined;
    const [from, to, step] = [match[1], match[2], match[3]].map((digits) =>
      digits === undefined ? undefined : Number(digits),
    );
    const first = from ?? 0;
    const last = to ?? (from === undefined || step !== undefined ? end - 1 : from);
    if (first >= end || last >= end || first > last || step === 0) return undefined;
    for (let value = first; value <= last; value += step ?? 1) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}
