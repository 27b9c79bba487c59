import type { CheckHead } from './check.js';

/** Checks of a stack, before its functions are used and after it. */
export const stackChecks = {
  credentials: { id: 'aws_credentials', title: 'AWS credentials and region are valid' },
  stack: { id: 'stack', title: 'the stack is deployed' },
  invocable: { id: 'functions_invocable', title: 'the caller may invoke the functions' },
  waits: { id: 'invocation_waits', title: 'Lambda accepts invocations at the first attempt' },
} as const satisfies Record<string, CheckHead>;
