import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { FlowNode } from '#shared/flow.ts'
import type { NodeType } from '#shared/manifest.ts'
import { scheduleWords } from '../schedule-words.ts'

const longest = 60

/** What a step does, in a few words under its name. */
export function summaryOf(node: FlowNode, type: NodeType | undefined): string {
  if (type === undefined) return `Not known here: ${node.type}`
  const words = byType[node.type]?.(node.params) ?? ''
  return shorten(words === '' ? (type.app ?? type.title) : words)
}

const byType: { [type: string]: (params: FlowNode['params']) => string } = {
  // The address first: it tells starts apart when there is room for no more.
  webhook: ({ methods, path }) =>
    [typeof path === 'string' && path !== '' ? `/hooks/${path}` : '', list(methods)].filter((part) => part !== '').join(' · '),
  form: ({ fields }) => (Array.isArray(fields) ? counted(fields, 'field') : ''),
  email: ({ path, allowFrom }) =>
    [
      typeof path === 'string' && path !== '' ? `${path}@…` : '',
      Array.isArray(allowFrom) && allowFrom.length > 0 ? `only from ${list(allowFrom)}` : '',
    ]
      .filter((part) => part !== '')
      .join(' · '),
  schedule: scheduleWords,
  manual: ({ input }) =>
    isJsonObject(input) && isJsonObject(input['properties'])
      ? `Asks for ${counted(Object.keys(input['properties']), 'field')}`
      : 'With “Start a run”',
  set: ({ values }) => (isJsonObject(values) ? counted(Object.keys(values), 'value') : ''),
  branch: ({ condition }) => conditionWords(condition),
  filter: ({ condition }) => conditionWords(condition),
  switch: ({ cases }) => (Array.isArray(cases) ? `${cases.length + 1} ways on` : ''),
  forEach: ({ items, concurrency }) =>
    [
      typeof items === 'string' && items !== '' ? `for each of ${lastName(plain(items))}` : 'for each item of a list',
      typeof concurrency === 'number' && concurrency > 1 ? `up to ${concurrency} at once` : '',
    ]
      .filter((part) => part !== '')
      .join(' · '),
  repeat: (params) =>
    params['while'] !== undefined
      ? `as long as ${conditionWords(params['while']).toLowerCase()}`
      : `until ${conditionWords(params['until']).toLowerCase()}`,
  callFlow: ({ wait }) => (wait === false ? 'Starts it and goes on' : 'Waits for its result'),
  flowCalled: () => 'By another flow',
  flowFailed: ({ flowIds }) => (Array.isArray(flowIds) && flowIds.length > 0 ? counted(flowIds, 'flow') : 'Any flow'),
  event: ({ name }) => plain(name ?? ''),
  waitForEvent: ({ name, timeout }) =>
    [plain(name ?? ''), timeout === undefined ? '' : `at most ${durationWords(timeout)}`]
      .filter((part) => part !== '')
      .join(' · '),
  approval: ({ timeout, onTimeout }) =>
    timeout === undefined
      ? 'Waits for an answer'
      : `Answer within ${durationWords(timeout)}${onTimeout === 'approve' ? ', else approved' : onTimeout === 'reject' ? ', else declined' : ''}`,
  code: ({ code }) =>
    (typeof code === 'string' && code.trim() !== '' ? `${code.trim().split('\n').length} lines` : 'Nothing written yet').replace(
      /^1 lines$/,
      '1 line',
    ),
  delay: (params) =>
    params['for'] !== undefined
      ? `Waits ${durationWords(params['for'])}`
      : params['until'] !== undefined
        ? `Waits until ${plain(params['until'])}`
        : '',
  waitForForm: ({ fields, timeout }) =>
    [Array.isArray(fields) ? counted(fields, 'field') : '', timeout === undefined ? '' : `at most ${durationWords(timeout)}`]
      .filter((part) => part !== '')
      .join(' · '),
  waitForCall: ({ timeout }) => (timeout === undefined ? 'Until its address is called' : `At most ${durationWords(timeout)}`),
  respond: ({ send, status, location }) => {
    if (send === 'redirect') return `Sends on to ${hostOf(plain(location ?? '')) || 'another address'}`
    return send === 'file' ? 'Answers with a file' : `Answers ${plain(status ?? 200)}`
  },
  stop: (params) => (params['as'] === 'succeeded' ? 'Ends the run as worked' : 'Ends the run as failed'),
  output: () => 'What the run gives back',
  'feed.newItem': ({ url, every }) => whereAndHowOften(url, every),
  'http.newItems': ({ url, every }) => whereAndHowOften(url, every),
  'http.request': ({ method, url }) => `${plain(method ?? 'GET')} ${hostOf(plain(url ?? ''))}`.trim(),
}

/** Where it looks, and how often. */
function whereAndHowOften(url: Json | undefined, every: Json | undefined): string {
  const where = hostOf(plain(url ?? '')).replace(/[/?#].*$/, '')
  const often = every === undefined ? '' : `every ${durationWords(every).replace(/^1 (?=min$|day$)/, '')}`
  return [where, often].filter((part) => part !== '').join(' · ')
}

function conditionWords(condition: Json | undefined): string {
  if (condition === true) return 'Always'
  if (condition === false) return 'Never'
  if (typeof condition !== 'string' || condition.trim() === '') return ''
  return plain(condition)
    .replaceAll(/\b(?:steps|trigger)(?:\??\.[\w$]+)+(?![\w$(])/g, (path) => path.slice(path.lastIndexOf('.') + 1))
    .replaceAll(/ (?:===?|!==?|&&|\|\|) /g, (operator) => ` ${operatorWords[operator.trim()] ?? operator} `)
}

const operatorWords: { [operator: string]: string } = {
  '==': 'is',
  '===': 'is',
  '!=': 'is not',
  '!==': 'is not',
  '&&': 'and',
  '||': 'or',
}

/** A value as it reads; holes lose their braces, since the card has no room for pills. */
function plain(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text
    .replaceAll(/\{\{\s*(.*?)\s*\}\}/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function hostOf(url: string): string {
  return url.replace(/^https?:\/\//, '')
}

function durationWords(value: Json): string {
  if (typeof value === 'number') return value % 1000 === 0 ? `${value / 1000} s` : `${value} ms`
  const match = typeof value === 'string' ? /^([\d.]+)\s*(ms|s|m|h|d)$/.exec(value) : null
  if (match === null) return plain(value)
  const [, amount = '', unit = ''] = match
  return `${amount} ${{ ms: 'ms', s: 's', m: 'min', h: 'h', d: Number(amount) === 1 ? 'day' : 'days' }[unit] ?? unit}`
}

function list(value: Json | undefined): string {
  return Array.isArray(value) ? value.map(plain).join(', ') : ''
}

/** The last name of a path: what one calls the thing it leads to. */
function lastName(path: string): string {
  return /^[\w$.?[\]]+$/.test(path) ? path.slice(path.lastIndexOf('.') + 1) : path
}

function counted(items: readonly unknown[], word: string): string {
  return `${items.length} ${word}${items.length === 1 ? '' : 's'}`
}

function shorten(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}
