import { readFileSync } from 'node:fs';
import tseslint from 'typescript-eslint';

/**
 * The rule of case: what the entry points of the package export is snake_case; everything else is camelCase, and
 * PascalCase for types. A module constant that is a number or a text is UPPER_CASE. Properties of plain objects and of
 * interfaces are free: they are fields of JSON as often as not.
 */
const exported = ['src', 'src/opentelemetry', 'testing'].flatMap((folder) => {
  const face = readFileSync(new URL(`${folder}/index.ts`, import.meta.url), 'utf8');
  return [...face.matchAll(/export (type )?\{([^}]*)\} from '\.\/(.+)\.js'/g)].map(([, onlyTypes, names, file]) => ({
    file: `${folder}/${file}.ts`,
    onlyTypes: onlyTypes !== undefined,
    names: names
      .split(',')
      .map((name) => name.replace(/^\s*type /, '').trim())
      .filter((name) => name !== ''),
  }));
});
const publicFiles = exported.filter(({ onlyTypes }) => !onlyTypes).map(({ file }) => file);
const publicNames = exported.flatMap(({ names }) => names);
/** Classes and names that protobuf's generator makes. */
const generated = /^AirCoreFrame|^(Coordinates|Hop|KafkaKey|Path|Payload|Sequencing|FrameError)$/;
const publicName = `^(${publicNames.filter((name) => !generated.test(name)).join('|')})$`;

const isPublic = { regex: publicName, match: true };
const isInternal = { regex: publicName, match: false };
/** @param {'camelCase' | 'snake_case'} members the case of what a class shows */
const naming = (members) => [
  'error',
  { selector: 'default', format: ['camelCase'], leadingUnderscore: 'allow' },
  // A module of others keeps its name.
  { selector: 'import', format: null },
  { selector: ['typeLike', 'variable', 'function'], filter: isPublic, format: ['snake_case'] },
  { selector: 'typeLike', filter: isInternal, format: ['PascalCase'] },
  {
    selector: 'variable',
    modifiers: ['const', 'global'],
    types: ['number', 'string'],
    filter: isInternal,
    format: ['UPPER_CASE'],
  },
  // What is taken out of an object keeps the object's name for it.
  { selector: ['variable', 'parameter'], modifiers: ['destructured'], format: null },
  { selector: ['objectLiteralProperty', 'objectLiteralMethod', 'typeProperty', 'typeMethod'], format: null },
  { selector: 'classProperty', modifiers: ['#private'], format: ['camelCase'] },
  { selector: 'classMethod', modifiers: ['#private'], format: ['camelCase'] },
  { selector: ['classProperty', 'classMethod', 'classicAccessor'], modifiers: ['public'], format: [members] },
  // Names that JavaScript itself asks for.
  { selector: 'classMethod', filter: { regex: '^toJSON$', match: true }, format: null },
];

/** In tests a variable may be a class, or have the name of an AWS property that it becomes. */
const namingInTests = [
  ...naming('camelCase').filter((rule) => typeof rule === 'string' || rule.selector !== 'variable'),
  { selector: 'variable', format: ['camelCase', 'PascalCase', 'UPPER_CASE'], leadingUnderscore: 'allow' },
  { selector: 'variable', filter: { regex: '^_+$', match: true }, format: null },
];

/** Type-aware rules for what matters most here: no promise is dropped, no `any` reaches a public type. */
export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'cdk.out/**',
      'node_modules/**',
      'bench/node_modules/**',
      'src/frame/gen/**',
      'coverage/**',
      'test/**/corpus/**',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '*.cjs', '*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    rules: { '@typescript-eslint/naming-convention': naming('camelCase') },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/naming-convention': namingInTests },
  },
  {
    files: publicFiles,
    rules: { '@typescript-eslint/naming-convention': naming('snake_case') },
  },
  {
    files: ['src/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ObjectExpression > Property[kind=/get|set/]',
          message:
            'Each object gets a hidden class of its own, which keeps what its getter refers to alive until the next full garbage collection. Use a class.',
        },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    files: ['test/**', 'bench/**', 'drills/**', 'examples/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/require-await': 'off',
      'no-console': 'off',
    },
  },
);
