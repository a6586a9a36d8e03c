/** An expression as the interpreter reads it: the fixed subset of JavaScript, and nothing that is outside it. */
export type Expression = { start: number; end: number } & ExpressionKind

export type ExpressionKind =
  | { kind: 'value'; value: undefined | null | boolean | number | string }
  | { kind: 'root'; name: RootName }
  /** One step's output by a name that is known without evaluating. */
  | { kind: 'step'; id: string; idStart: number; idEnd: number }
  /** `steps[expression]`: any step. */
  | { kind: 'stepByName'; name: Expression }
  /** A parameter of an arrow function, by its place on the interpreter's stack. */
  | { kind: 'local'; slot: number }
  | { kind: 'text'; strings: string[]; values: Expression[] }
  /** With the path to it when nothing of that has to be worked out. */
  | { kind: 'member'; object: Expression; key: Expression; path?: DataPath }
  | { kind: 'unary'; operator: UnaryOperator; operand: Expression }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: 'logical'; operator: '&&' | '||' | '??'; left: Expression; right: Expression }
  | { kind: 'choice'; test: Expression; yes: Expression; no: Expression }
  | { kind: 'list'; items: Item[] }
  | { kind: 'object'; entries: Entry[] }
  | { kind: 'call'; name: string; args: Argument[] }
  | { kind: 'method'; object: Expression; name: string; optional: boolean; args: Argument[] }

export type RootName = 'trigger' | 'vars' | 'item' | 'index' | 'previous' | 'loops' | 'results' | 'event' | 'run' | 'now'

/** Where in the data a value is found. */
export interface DataPath {
  root: RootName | 'steps'
  /** The id of the step, when the root is `steps`. */
  step?: string
  keys: (string | number)[]
}

export type UnaryOperator = '-' | '+' | '!' | '~' | 'typeof' | 'void'
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '**'
  | '=='
  | '!='
  | '==='
  | '!=='
  | '<'
  | '<='
  | '>'
  | '>='
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '>>>'
  | 'in'

export interface Spread {
  kind: 'spread'
  value: Expression
}
export type Item = Expression | Spread
export type Entry = { kind: 'entry'; key: Expression; value: Expression } | Spread

/** Functions are never values: an arrow, or the name of a function, stands only where one is called with it. */
export type Argument = Expression | Spread | Arrow | { kind: 'functionName'; name: string }

export interface Arrow {
  kind: 'arrow'
  params: Pattern[]
  body: Expression
}

export type Pattern =
  | { kind: 'slot'; slot: number }
  | { kind: 'fields'; fields: { key: Expression; pattern: Pattern }[] }
  | { kind: 'places'; places: (Pattern | undefined)[] }
  | { kind: 'withDefault'; pattern: Pattern; value: Expression }
