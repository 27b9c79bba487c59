import { describe } from 'vitest';
import { leavesNothing } from './interrupted-cases.js';

const starting = ['while Maven downloads', 'while storage is formatted', 'while the broker starts'] as const;

describe('Ctrl-C of a program that starts a Kafka leaves nothing', () => leavesNothing('SIGINT', starting));

describe('a program with a Kafka that is killed leaves nothing', () =>
  leavesNothing('SIGKILL', ['when the Kafka is up']));
