/** Imports point one way (CONTRIBUTING.md lists the folders). */
const only = (name, comment, from, mayReach) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: {
    path: '^(aws|bin|lib|lambda|src|sanity|local|rehearsal|test|testing|bench|drills|scripts)/',
    pathNot: mayReach,
  },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'kafkajs-stays-in-its-folder',
      comment: 'One folder knows each client library. Everything else knows src/kafka/client/port.ts.',
      severity: 'error',
      from: { path: '^(aws|bin|lib|lambda|src|sanity|local|rehearsal|testing)/', pathNot: '^src/kafka/kafkajs/' },
      to: { path: 'node_modules/kafkajs' },
    },
    {
      name: 'platformatic-stays-in-its-folder',
      comment: 'One folder knows each client library. Everything else knows src/kafka/client/port.ts.',
      severity: 'error',
      from: {
        path: '^(aws|bin|lib|lambda|src|sanity|local|rehearsal|testing)/',
        pathNot: '^(src/kafka/platformatic/|lib/platformatic-parts\\.mjs$)',
      },
      to: { path: '@platformatic/kafka' },
    },
    {
      name: 'a-client-is-loaded-only-if-chosen',
      comment: 'An import of another kind would load both libraries.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/kafka/(kafkajs|platformatic)/' },
      to: { path: '^src/kafka/(kafkajs|platformatic)/', dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'opentelemetry-stays-in-its-folder',
      comment: 'It is optional: the library does not load it, and the functions do not contain it.',
      severity: 'error',
      from: { path: '^(aws|bin|lib|lambda|src|sanity|local|rehearsal)/', pathNot: '^src/opentelemetry/' },
      to: { path: '@opentelemetry/|^src/opentelemetry/' },
    },
    only('base-stands-alone', 'Errors, deadlines and ports know nothing else.', '^src/base/', '^src/base/'),
    only('frame', 'A frame knows the base only.', '^src/frame/', '^src/(base|frame)/'),
    only('kafka', 'Kafka knows the base only; it carries bytes, not frames.', '^src/kafka/', '^src/(base|kafka)/'),
    only('pubsub', 'The classes know frame, kafka and base.', '^src/pubsub/', '^src/(base|frame|kafka|pubsub)/'),
    only(
      'opentelemetry',
      'It is a part of its own beside the library, which it knows by its ports.',
      '^src/opentelemetry/',
      '^src/(base/(ports|header-names)\\.ts$|opentelemetry/)',
    ),
    only(
      'grants',
      'The rights of a service follow from its settings.',
      '^src/grants/',
      '^src/(base|grants|pubsub/config)/|^src/kafka/admin/rights\\.ts$',
    ),
    only(
      'cdk',
      'The entry for CDK has the rights in it, and no Kafka client.',
      '^src/cdk/',
      '^src/(base|cdk|grants|pubsub/config)/',
    ),
    {
      name: 'cdk-stays-in-its-folders',
      comment: 'A program that only uses the library does not install the CDK.',
      severity: 'error',
      from: { path: '^(aws|lambda|src|sanity|local|rehearsal)/', pathNot: '^src/cdk/' },
      to: { path: 'aws-cdk-lib|node_modules/constructs|^src/cdk/' },
    },
    only('library', 'The library is usable on its own.', '^src/', '^src/'),
    only('lambda', 'Functions know the library and themselves.', '^lambda/', '^(src|lambda)/'),
    only('local', 'The local Kafka and the local functions know the library.', '^local/', '^(src|lambda|local|lib)/'),
    only(
      'rehearsal',
      'A rehearsal runs a stack on the local Kafka and with the local functions.',
      '^rehearsal/',
      '^(src|lambda|local|lib|rehearsal)/',
    ),
    only('aws', 'Calls to an account know what the stack is called and made of.', '^aws/', '^(aws|lib|src/base)/'),
    only(
      'sanity',
      'The verdict knows targets, functions and the library, and what the stack will be.',
      '^sanity/',
      '^(aws|src|lambda|local|rehearsal|sanity)/|^lib/(context|naming)',
    ),
    only(
      'lib',
      'The stack shares constants only: names and defaults.',
      '^lib/',
      '^(lib/|src/base/|src/cdk/|src/grants/|src/pubsub/config/|lambda/(functions\\.ts$|names/))',
    ),
    only(
      'drills',
      'Drills know the library by its public face, the local Kafka, and the peers; nothing imports them.',
      '^drills/',
      '^(drills/|local/|rehearsal/|lib/function-bundle\\.ts$|src/index\\.ts$|bench/(peer\\.ts$|peers/))',
    ),
    only(
      'testing',
      'What users test with: the library and the local Kafka. Nothing imports it.',
      '^testing/',
      '^(src|local|testing)/',
    ),
    only(
      'bin',
      'The command line wires everything, and nothing imports it.',
      '^bin/',
      '^(aws|bin|lib|lambda|src|sanity|local|rehearsal)/',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
