import type { NodeType } from '#shared/manifest.ts'

/** The colour of a family, for its tile: a background and what is written on it. */
export const familyTile: { [F in NodeType['family']]: string } = {
  start: 'bg-family-start',
  app: 'bg-family-app',
  logic: 'bg-family-logic',
  code: 'bg-family-code',
  people: 'bg-family-people',
  data: 'bg-family-data',
  ai: 'bg-family-ai',
}

export const familyWord: { [F in NodeType['family']]: string } = {
  start: 'What starts it',
  app: 'Apps',
  logic: 'Decide and wait',
  code: 'Code',
  people: 'People',
  data: 'Data',
  ai: 'AI',
}
