import { App, Validations } from 'aws-cdk-lib';
import { readContext } from '../lib/context.js';
import { SanityStack } from '../lib/sanity-stack.js';
import { pubsub_error } from '../src/base/error.js';

/**
 * The CDK app, which `npx cdk synth` runs. Account and region are those of the CLI; the template is the same for all.
 */
try {
  const app = new App();
  const options = readContext(app.node.getAllContext() as Record<string, unknown>);
  new SanityStack(app, options.stackName, { options });
  if (process.env['CDK_VALIDATION'] !== 'false') {
    // Loaded only when it is used: it loads most of the CDK.
    const { AwsSolutionsChecks } = await import('cdk-nag');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
  }
} catch (error) {
  if (!(error instanceof pubsub_error)) throw error;
  // The user must correct an invalid value, and a stack trace does not help.
  process.stderr.write(`${error.message}\n${error.hint ?? ''}\n`);
  process.exitCode = 1;
}
