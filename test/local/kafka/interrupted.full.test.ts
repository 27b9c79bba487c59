import { describe } from 'vitest';
import { leavesNothing } from './interrupted-cases.js';

const starting = ['while Maven downloads', 'while storage is formatted', 'while the broker starts'] as const;

describe('SIGINT leaves nothing', () => leavesNothing('SIGINT', ['when the Kafka is up']));

describe('SIGTERM leaves nothing', () => leavesNothing('SIGTERM', [...starting, 'when the Kafka is up']));

describe('SIGKILL leaves nothing', () => leavesNothing('SIGKILL', starting));
