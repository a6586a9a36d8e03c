/** The types that the types of a flow are put together from. */
export const flowTypeHelpers = `/** What the code of a step returns, or what its samples show while the code itself doesn't tell. */
type Given<M, S> = M extends { default: (...given: any[]) => infer R } ? Or<Stored<Awaited<R>>, S> : S
type Or<T, S> = 0 extends 1 & T ? S : [T] extends [never] ? S : T
/** Of a step that goes on with \`{ error }\` when it fails. */
export type Failed = { error: { code: string; message: string; [more: string]: any } }
export type OrFailed<T> = 0 extends 1 & T
  ? any
  : T extends readonly any[]
    ? T | Failed
    : T extends object
      ? (T & { error?: undefined }) | ({ [K in Exclude<keyof T, 'error'>]?: undefined } & Failed)
      : T | Failed
export type ElementOf<T> = 0 extends 1 & T ? any : T extends readonly (infer U)[] ? U : any
/** Data as holes see it: where something is missing, looking into it gives nothing, and is no mistake. */
type Calm<T> = 0 extends 1 & T
  ? any
  : unknown extends T
    ? any
    : [T] extends [null | undefined]
      ? any
      : T extends null | undefined
        ? never
        : T extends string | number | boolean | Date | ((...given: any[]) => any)
          ? T
          : T extends readonly (infer U)[]
            ? Calm<U>[]
            : { [K in keyof T]-?: Calm<T[K]> }
`
