/** What a JSON Schema’s `type` is called to people. */
export const kindWords: { [type: string]: string } = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of named values',
  null: 'nothing',
}
