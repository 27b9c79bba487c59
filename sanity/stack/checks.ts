import type { CheckHead } from '../checks/results.js';

/** What is checked of a stack before its functions are run, and afterwards. */
export const stackHeads = {
  credentials: { id: 'aws_credentials', title: 'AWS credentials and region' },
  stack: { id: 'stack', title: 'the stack stands' },
  invocable: { id: 'functions_invocable', title: 'the functions may be invoked' },
  waits: { id: 'invocation_waits', title: 'invocations are taken at once' },
} as const satisfies Record<string, CheckHead>;
