/**
 * A schema of any library that implements Standard Schema (https://standardschema.dev): zod, valibot, arktype and
 * others. This is the part of its interface that is used here.
 */
export interface standard_schema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => schema_result<Output> | Promise<schema_result<Output>>;
    /** Only for the compiler. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** The outcome of a validation: a value, or issues. */
export type schema_result<Output> =
  | {
      /** What the schema made of the value. */
      readonly value: Output;
      /** None. */
      readonly issues?: undefined;
    }
  | {
      /** Why the value does not fit. */
      readonly issues: readonly schema_issue[];
    };

/** One thing that is wrong with a value. */
export interface schema_issue {
  /** One sentence of the schema's library. */
  readonly message: string;
  /** Where in the value it is. @default the value itself */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema takes: the type of the JSON that is sent. */
export type schema_input<S extends standard_schema> = NonNullable<S['~standard']['types']>['input'];

/** What a schema makes of it: the type of the value that is received. */
export type schema_output<S extends standard_schema> = NonNullable<S['~standard']['types']>['output'];
