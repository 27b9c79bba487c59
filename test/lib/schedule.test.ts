import { expect, test } from 'vitest';
import { readSchedule } from '../../lib/schedule.js';

test.each([
  ['rate(5 minutes)', 'rate(5 minutes)', 5],
  ['rate(1 hour)', 'rate(60 minutes)', 60],
  ['rate(2 hours)', 'rate(120 minutes)', 120],
  ['rate(1 day)', 'rate(1440 minutes)', 1440],
  ['cron(0/15 * * * ? *)', 'cron(0/15 * * * ? *)', 15],
  ['cron(*/20 * ? * * *)', 'cron(*/20 * ? * * *)', 20],
  ['cron(0/15 8-18 * * ? *)', 'cron(0/15 8-18 * * ? *)', 13 * 60 + 15],
  ['cron(30 6 * * ? *)', 'cron(30 6 * * ? *)', 1440],
  ['cron(0,10,50 8-18/2 * * ? *)', 'cron(0,10,50 8-18/2 * * ? *)', 13 * 60 + 10],
])('%s', (text, expression, longestMinutes) => {
  expect(readSchedule(text)).toEqual({ expression, longestMinutes });
});

test.each([
  ['rate(4 minutes)', 'its runs are 4 minutes apart'],
  ['rate(0 minutes)', 'its runs are 0 minutes apart'],
  ['rate(2 days)', 'more than a day apart'],
  ['cron(* * * * ? *)', 'its runs are 1 minutes apart'],
  ['cron(0/7 * * * ? *)', 'its runs are 4 minutes apart'],
  ['cron(0,58 * * * ? *)', 'its runs are 2 minutes apart'],
  ['cron(0 8 ? * MON-FRI *)', 'include every day'],
  ['cron(0 8 1 * ? *)', 'include every day'],
  ['cron(0 8 * 6 ? *)', 'include every day'],
  ['cron(0 8 * * * *)', 'needs a "?"'],
  ['cron(0 8 * * ?)', 'takes rate(15 minutes)'],
  ['cron(60 8 * * ? *)', 'takes rate(15 minutes)'],
  ['cron(0 24 * * ? *)', 'takes rate(15 minutes)'],
  ['cron(0/0 8 * * ? *)', 'takes rate(15 minutes)'],
  ['cron(30-10 8 * * ? *)', 'takes rate(15 minutes)'],
  ['rate(15minutes)', 'takes rate(15 minutes)'],
  ['at(2026-11-23T10:00:00)', 'takes rate(15 minutes)'],
])('%s is refused', (text, reason) => {
  expect(readSchedule(text)).toContain(reason);
});
