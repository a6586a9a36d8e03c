import { knownSenders, WebhookVerify } from './webhook-verify.ts'
import { z } from 'zod'
import { Duration } from './flow.ts'
import { httpMethods } from './http-methods.ts'
import { fieldTypes } from './form-field.ts'
import { FormPage, FormPageField, FormStep } from './form-page.ts'
import type { Control, NodeType, ParamSchema } from './manifest.ts'
import type { Json } from './json.ts'
import { missedPolicies, mostRules, ScheduleRule } from './schedule/schedule.ts'

/** What a form needs to know of a param beyond its type; becomes words of ours in the JSON Schema. */
interface ParamWords {
  title: string
  description?: string
  placeholder?: string
  examples?: Json[]
  control?: Control
  expression?: true
  condition?: true
  advanced?: true
  labels?: { [value: string]: string }
  shownIf?: { param: string; is: Json[] }
}

const words = (meta: ParamWords) => ({ ...meta })

const anyValue = (meta: ParamWords) => z.unknown().meta(words(meta))
const condition = (meta: Omit<ParamWords, 'control' | 'condition'>) =>
  z.union([z.boolean(), z.string()]).meta(words({ ...meta, control: 'condition', condition: true }))
const duration = (meta: Omit<ParamWords, 'control'>) => Duration.meta(words({ ...meta, control: 'duration' }))
const namedValues = (meta: Omit<ParamWords, 'control' | 'expression'>) =>
  z.record(z.string(), z.unknown()).meta(words({ ...meta, control: 'keyValue', expression: true }))

const methods = (meta: ParamWords) => z.array(z.enum(httpMethods)).min(1).meta(words(meta))

const verify = WebhookVerify.meta(
  words({
    title: 'Who may call this?',
    description: 'How a request proves that it comes from the right place.',
    control: 'verify',
  }),
)

const path = (meta: Pick<ParamWords, 'placeholder' | 'advanced'>) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,128}$/, 'Use letters, digits, - and _, 128 at most')
    .optional()
    .meta(
      words({
        title: 'End of the address',
        description: 'A word of your own. Leave it empty to get one that nobody can guess.',
        ...meta,
      }),
    )

const pageOrigin = z
  .string()
  .min(1)
  .regex(/^(?:\*|https?:\/\/[^\s/?#@*]+\/?)$/, 'Write it like https://shop.example.com, or * for all')
  .meta(words({ title: 'Web page', placeholder: 'https://shop.example.com' }))

const webhookParams = z.strictObject({
  path: path({ placeholder: 'orders' }),
  methods: methods({ title: 'Kinds of request', description: 'All kinds when nothing is chosen.', advanced: true }).optional(),
  respond: z
    .enum(['immediately', 'whenFinished', 'respondStep'])
    .default('immediately')
    .meta(
      words({
        title: 'Answer',
        description: 'When the caller gets its answer.',
        labels: {
          immediately: 'At once',
          whenFinished: 'With the result, when the run is finished',
          respondStep: 'From an “Answer the request” step',
        },
      }),
    ),
  respondTimeoutMs: z
    .number()
    .min(100)
    .max(600_000)
    .default(30_000)
    .meta(
      words({
        title: 'Longest wait for an answer',
        description: 'After this the caller hears that the run goes on.',
        control: 'milliseconds',
        shownIf: { param: 'respond', is: ['whenFinished', 'respondStep'] },
        advanced: true,
      }),
    ),
  verify: verify.optional(),
  dedupe: z
    .strictObject({
      key: z.string().optional().meta({ title: 'What makes a request the same', expression: true }),
      windowHours: z.number().positive().max(8760).default(168).meta({ title: 'For how many hours' }),
    })
    .optional()
    .meta(
      words({
        title: 'The same request twice',
        description: 'The second one starts nothing new.',
        control: 'dedupe',
        advanced: true,
      }),
    ),
  onlyIf: condition({
    title: 'Only start if',
    description: 'Other requests are kept but start nothing.',
    advanced: true,
  }).optional(),
  cors: z
    .union([z.array(pageOrigin), pageOrigin])
    .optional()
    .meta(
      words({
        title: 'Web pages that may call this',
        description:
          'Each by its address, as in https://shop.example.com, or * for all. Pages of other sites can’t read the answer. Programs may always call.',
        placeholder: 'https://shop.example.com',
        control: 'list',
        advanced: true,
      }),
    ),
  parseXml: z
    .boolean()
    .optional()
    .meta(
      words({
        title: 'Take XML apart',
        description: 'Later steps then find its parts under xml; the text as it came stays in the body.',
        advanced: true,
      }),
    ),
})

const formParams = z.strictObject({
  ...FormPage.shape,
  fields: z.array(z.strictObject(FormPageField.shape)).max(100).default([]).meta({ title: 'Fields', control: 'formFields' }),
  path: path({ placeholder: 'contact', advanced: true }),
})

const emailParams = z.strictObject({
  path: z
    .string()
    .regex(/^[a-z0-9_-]{1,64}$/, 'Use small letters, digits, - and _, 64 at most')
    .optional()
    .meta(
      words({
        title: 'Before the @',
        description: 'Small letters, digits, - and _. Leave it empty to get one that nobody can guess.',
        placeholder: 'orders',
      }),
    ),
  allowFrom: z
    .array(z.string().regex(/^([^\s@]+@|@)?[^\s@]+$/, 'Write an address, or a domain such as example.com'))
    .max(200)
    .optional()
    .meta(
      words({
        title: 'Only from',
        description:
          'Addresses, or whole domains such as example.com; anybody when it is empty. Whoever writes can make a sender up, so this keeps clutter out, not attackers.',
        advanced: true,
      }),
    ),
  onlyIf: condition({
    title: 'Only start if',
    description: 'Other e-mails are kept but start nothing.',
    advanced: true,
  }).optional(),
})

const manualParams = z.strictObject({
  input: z
    .record(z.string(), z.unknown())
    .optional()
    .meta(
      words({
        title: 'What is asked for',
        description: 'A run is started with these. Without any, it starts at once.',
        control: 'inputFields',
      }),
    ),
})

const scheduleParams = z.strictObject({
  rules: z
    .array(ScheduleRule)
    .min(1)
    .max(mostRules)
    .meta(words({ title: 'When', description: 'Times that two rules share start one run.', control: 'schedule' })),
  missed: z
    .enum(missedPolicies)
    .default('skip')
    .meta(
      words({
        title: 'Times that were missed',
        description: 'While the flow was paused, or no server was running.',
        labels: {
          skip: 'Leave them out',
          one: 'Start one run for all of them',
          all: 'Start a run for each of them',
        },
      }),
    ),
  jitter: duration({
    title: 'Start up to this much later',
    description: 'Each time by another while, so that not everything starts at once. Never beyond the next time.',
    advanced: true,
  }).optional(),
  startsAt: z
    .string()
    .optional()
    .meta(words({ title: 'Not before', description: 'The first day.', control: 'day', advanced: true })),
  endsAt: z
    .string()
    .optional()
    .meta(words({ title: 'Not after', description: 'The last day.', control: 'day', advanced: true })),
})

const setParams = z.strictObject({
  values: namedValues({ title: 'Values', description: 'Each gets a name that later steps can use.' }),
})

const branchParams = z.strictObject({
  condition: condition({ title: 'Condition', description: 'If it holds, the run goes on at Yes, else at Otherwise.' }),
})

const switchParams = z.strictObject({
  cases: z
    .array(
      z.strictObject({
        id: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/)
          .meta({ title: 'Name' }),
        when: condition({ title: 'When' }),
      }),
    )
    .min(1)
    .max(100)
    .meta(
      words({
        title: 'Ways',
        description: 'Looked at from top to bottom. When none fits, the run goes on at Otherwise.',
        control: 'cases',
      }),
    ),
  match: z
    .enum(['first', 'all'])
    .default('first')
    .meta(words({ title: 'Take', labels: { first: 'The first way that fits', all: 'Every way that fits' } })),
})

const filterParams = z.strictObject({
  condition: condition({ title: 'Go on only if', description: 'Otherwise this line ends here.' }),
})

const codeParams = z.strictObject({
  code: z.string().meta(words({ title: 'Code', control: 'code' })),
  inputs: namedValues({ title: 'Inputs', description: 'Values from earlier steps; the code has them as input.' }).optional(),
  packages: z
    .array(z.string())
    .optional()
    .meta(words({ title: 'Packages', description: 'Packages of this workspace that the code uses.', advanced: true })),
})

const delayParams = z.strictObject({
  for: duration({
    title: 'For how long',
    description: 'Such as 30s, 10m, 2h or 3d.',
    examples: ['10m', '2h', '3d'],
    expression: true,
  }).optional(),
  until: z
    .string()
    .optional()
    .meta(
      words({
        title: 'Until when',
        description: 'A date and time, instead of a length of time.',
        examples: ['2026-12-24T18:00:00Z'],
        control: 'dateTime',
        expression: true,
      }),
    ),
})

const waitForCallParams = z.strictObject({
  timeout: duration({
    title: 'Wait no longer than',
    description: 'Then the run goes on at “If nobody calls”.',
    examples: ['1h', '3d'],
    expression: true,
  }).optional(),
  methods: methods({ title: 'Kinds of request', advanced: true }).default(['POST', 'PUT']),
})

const waitForFormParams = z.strictObject({
  ...FormStep.shape,
  fields: z
    .array(
      z.strictObject({
        ...FormPageField.shape,
        // It sees this page's own answers, which no other expression of a step does; so it is checked by itself.
        showIf: z.union([z.boolean(), z.string()]).optional().meta({ title: 'Only show if' }),
      }),
    )
    .max(100)
    .default([])
    .meta({ title: 'Fields', control: 'formFields' }),
  timeout: duration({
    title: 'Wait no longer than',
    description: 'Then the run goes on at “If nobody answers”.',
    examples: ['1h', '3d'],
    expression: true,
  }).optional(),
})

const respondParams = z.strictObject({
  send: z
    .enum(['data', 'file', 'redirect'])
    .default('data')
    .meta(
      words({
        title: 'What the caller gets',
        labels: { data: 'Text or data', file: 'A file', redirect: 'Sent on to another address' },
      }),
    ),
  location: z
    .string()
    .optional()
    .meta(
      words({
        title: 'To this address',
        description: 'Where the caller’s browser goes next.',
        placeholder: 'https://example.com/thanks',
        expression: true,
        shownIf: { param: 'send', is: ['redirect'] },
      }),
    ),
  status: z
    .number()
    .int()
    .min(200)
    .max(599)
    .default(200)
    .meta(
      words({
        title: 'Status',
        description: '200 means that all went well.',
        expression: true,
        shownIf: { param: 'send', is: ['data', 'file'] },
      }),
    ),
  headers: namedValues({ title: 'Headers', advanced: true }).optional(),
  body: anyValue({
    title: 'Answer',
    description: 'Text, or a value from an earlier step: a file goes out as a file.',
    control: 'longText',
    expression: true,
    shownIf: { param: 'send', is: ['data', 'file'] },
  }).optional(),
})

const outputParams = z.strictObject({
  value: anyValue({
    title: 'Result',
    description: 'What this flow gives to whoever started it.',
    control: 'longText',
    expression: true,
  }),
})

const stopParams = z.strictObject({
  as: z
    .enum(['failed', 'succeeded'])
    .default('failed')
    .meta(words({ title: 'The run has then', labels: { failed: 'Failed', succeeded: 'Worked' } })),
  message: z
    .string()
    .default('')
    .meta(words({ title: 'Why', control: 'longText', expression: true })),
})

const noteParams = z.strictObject({
  text: z
    .string()
    .default('')
    .meta(words({ title: 'Text', control: 'longText' })),
})

const items = (meta: Omit<ParamWords, 'expression'>) => anyValue({ ...meta, expression: true })

const forEachParams = z.strictObject({
  items: items({ title: 'Go through', description: 'A list from an earlier step: the steps inside run for each of its items.' }),
  concurrency: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(1)
    .meta(words({ title: 'At the same time', description: 'How many items are worked on at once; 1 is one after the other.' })),
  onItemError: z
    .enum(['stop', 'continue'])
    .default('stop')
    .meta(
      words({
        title: 'If an item fails',
        labels: { stop: 'Stop here', continue: 'Carry on with the others; its place holds the error' },
      }),
    ),
  batchSize: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(1)
    .meta(words({ title: 'Items together', description: 'Above 1, each round gets a list of that many items.', advanced: true })),
  collect: z
    .string()
    .default('all')
    .meta(
      words({
        title: 'Keep',
        description: 'all keeps what each item gave, none keeps nothing; or a value worked out for each item.',
        expression: true,
        advanced: true,
      }),
    ),
  until: condition({
    title: 'Enough when',
    description: 'Looked at after each item; results holds what there is so far.',
    advanced: true,
  }).optional(),
  rest: z
    .enum(['cancel', 'leave'])
    .default('cancel')
    .meta(
      words({
        title: 'What is still under way then',
        labels: { cancel: 'Is stopped', leave: 'Goes on by itself' },
        advanced: true,
      }),
    ),
})

const repeatParams = z.strictObject({
  while: condition({ title: 'As long as', description: 'Looked at before each round.' }).optional(),
  until: condition({ title: 'Until', description: 'Looked at after each round.' }).optional(),
  maxIterations: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .meta(words({ title: 'At most this often', description: 'Going round more often than this is a failure.' })),
  delayMs: duration({ title: 'Pause between rounds', examples: ['10s', '5m'], expression: true, advanced: true }).optional(),
})

const eventName = (meta: Omit<ParamWords, 'placeholder'>) =>
  z
    .string()
    .min(1)
    .max(200)
    .meta(words({ ...meta, placeholder: 'order.paid' }))

const eventParams = z.strictObject({
  name: eventName({ title: 'Name of the event', description: 'Every event of that name starts a run.' }),
  onlyIf: condition({
    title: 'Only start if',
    description: 'Looked at for each event, before a run starts.',
    advanced: true,
  }).optional(),
})

const waitForEventParams = z.strictObject({
  name: eventName({
    title: 'Name of the event',
    description: 'The run goes on when an event of that name arrives.',
    expression: true,
  }),
  match: condition({ title: 'Only if', description: 'Looked at for each event; event holds its data.' }).optional(),
  timeout: duration({
    title: 'Wait no longer than',
    description: 'Then the run goes on at “If nothing comes”.',
    examples: ['1h', '3d'],
    expression: true,
  }).optional(),
  early: z
    .enum(['keep', 'ignore'])
    .default('keep')
    .meta(
      words({
        title: 'An event that came before',
        labels: { keep: 'Counts, if it came since the run began', ignore: 'Does not count' },
        advanced: true,
      }),
    ),
})

const fields = (meta: ParamWords) =>
  z
    .array(
      z.strictObject({
        id: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'Use letters, digits and _, starting with a letter')
          .meta({ title: 'Id' }),
        label: z.string().max(200).meta({ title: 'Label' }),
        type: z.enum(fieldTypes).default('text').meta({ title: 'Kind' }),
        required: z.boolean().optional().meta({ title: 'Must be filled in' }),
        help: z.string().max(1000).optional().meta({ title: 'Help' }),
        options: z.array(z.string()).max(500).optional().meta({ title: 'Choices' }),
        default: z.unknown().optional().meta({ title: 'To begin with', expression: true }),
        showIf: z.union([z.boolean(), z.string()]).optional().meta({ title: 'Only show if' }),
      }),
    )
    .max(100)
    .meta(words(meta))

const approvalParams = z.strictObject({
  title: z
    .string()
    .min(1)
    .meta(words({ title: 'Question', placeholder: 'Approve this discount?', expression: true })),
  message: z
    .string()
    .default('')
    .meta(words({ title: 'What they should know', control: 'longText', expression: true })),
  approvers: z
    .array(z.string())
    .max(100)
    .optional()
    .meta(
      words({
        title: 'Who may decide',
        description: 'E-mail addresses or members. Without any, whoever has the link.',
        expression: true,
      }),
    ),
  fields: fields({ title: 'What they may fill in or change', control: 'json', advanced: true }).optional(),
  required: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(1)
    .meta(words({ title: 'How many must approve', description: 'The first “no” decides at once.', advanced: true })),
  excludeRequester: z
    .boolean()
    .default(false)
    .meta(words({ title: 'Whoever started the run may not decide', advanced: true })),
  timeout: duration({ title: 'Answer within', examples: ['24h', '3d'], expression: true }).optional(),
  onTimeout: z
    .enum(['route', 'approve', 'reject'])
    .default('route')
    .meta(
      words({
        title: 'If nobody answers',
        labels: { route: 'Go on at “If nobody answers”', approve: 'It counts as approved', reject: 'It counts as declined' },
      }),
    ),
  reminder: duration({ title: 'Remind after', advanced: true, examples: ['1d'] }).optional(),
})

const callFlowParams = z.strictObject({
  flowId: z
    .string()
    .min(1)
    .meta(words({ title: 'Flow', description: 'The flow to run.', control: 'flow' })),
  input: anyValue({ title: 'What it is given', control: 'longText', expression: true }).optional(),
  wait: z
    .boolean()
    .default(true)
    .meta(words({ title: 'Wait for its result', description: 'Without it this run goes on at once.' })),
  onParentCancel: z
    .enum(['cancel', 'leave'])
    .default('cancel')
    .meta(
      words({
        title: 'If this run is cancelled',
        labels: { cancel: 'Cancel the other one too', leave: 'Let the other one go on' },
        advanced: true,
      }),
    ),
})

const flowCalledParams = manualParams

const flowFailedParams = z.strictObject({
  flowIds: z
    .array(z.string())
    .max(1000)
    .optional()
    .meta(words({ title: 'Which flows', description: 'Any flow when none is chosen.', control: 'flows' })),
})

const minute = 60_000
const logic = { maxAttempts: 1, timeoutMs: minute }

type Given = Omit<NodeType, 'params' | 'output' | 'role' | 'runs' | 'effect' | 'defaults' | 'settings' | 'handles'> &
  Partial<Pick<NodeType, 'role' | 'runs' | 'effect' | 'defaults' | 'settings' | 'handles'>> & {
    params: z.ZodType
    output?: z.ZodType
  }

function coreNode({ params, output, ...given }: Given): NodeType {
  return {
    role: 'step',
    runs: 'engine',
    effect: false,
    defaults: {},
    settings: logic,
    handles: ['out'],
    ...given,
    params: schemaOf(params, 'input'),
    ...(output && { output: schemaOf(output, 'output') }),
  }
}

/** What a start gives, under the name people read for it. */
function named<T extends z.ZodType>(title: string, type: T): T {
  return type.meta({ title })
}

function schemaOf(type: z.ZodType, io: 'input' | 'output'): ParamSchema {
  // Through JSON: what zod adds for its own use is no part of a schema that is sent to others.
  const schema: ParamSchema = JSON.parse(JSON.stringify(z.toJSONSchema(type, { io, unrepresentable: 'any' })))
  return schema
}

const requestOutput = z.object({
  method: named('Method', z.string()),
  headers: named('Headers', z.record(z.string(), z.string())),
  query: named('What follows ? in the address', z.record(z.string(), z.unknown())),
  body: named('What was sent', z.unknown()),
})

const mailbox = z.object({ name: named('Name', z.string()), address: named('Address', z.string()) })
const emailOutput = z.object({
  kind: z.string(),
  at: z.string(),
  path: named('Address it came in for', z.string()),
  tag: named('What follows + in that address', z.string()),
  sender: named('Who handed it in', z.string()),
  delivery: named('Its number', z.string()),
  body: named(
    'The e-mail',
    z.object({
      subject: named('Subject', z.string()),
      from: named('From', mailbox),
      to: named('To', z.array(mailbox)),
      cc: named('Copy to', z.array(mailbox)),
      replyTo: named('Answer to', z.array(mailbox)),
      date: named('Date', z.string().nullable()),
      text: named('Text', z.string()),
      html: named('Text as a web page', z.string()),
      attachments: named(
        'Attachments',
        z.array(
          z.object({
            $file: z.string(),
            name: named('Name', z.string()),
            type: named('Type', z.string()),
            size: named('Size', z.number()),
            contentId: z.string(),
            inline: z.boolean(),
          }),
        ),
      ),
      messageId: named('Its own id', z.string()),
      inReplyTo: named('The mail it answers', z.string()),
      references: named('Mails before it', z.array(z.string())),
    }),
  ),
  headers: named('Headers', z.record(z.string(), z.string())),
})

/** The node types the engine carries out itself; connectors bring all others. */
export const coreNodeTypes: NodeType[] = [
  coreNode({
    type: 'webhook',
    role: 'trigger',
    family: 'start',
    icon: 'webhook',
    title: 'Web request',
    description: 'Starts a run whenever something is sent to an address of its own.',
    keywords: ['webhook', 'http', 'api', 'call', 'receive', 'url', 'start', 'trigger', ...knownSenders],
    params: webhookParams,
    output: requestOutput.extend({
      kind: z.string(),
      at: z.string(),
      path: named('End of the address', z.string()),
      clientAddress: named('Where it came from', z.string()),
      files: named(
        'Files',
        z.array(z.object({ $file: z.string(), name: z.string(), type: z.string(), size: z.number(), field: z.string() })),
      ).optional(),
      xml: named('What was sent, read as XML', z.record(z.string(), z.unknown())).optional(),
    }),
    defaults: { respond: 'immediately' },
  }),
  coreNode({
    type: 'manual',
    role: 'trigger',
    family: 'start',
    icon: 'hand',
    title: 'Started by hand',
    description: 'Starts a run when somebody presses “Start a run”, or when a program asks for it.',
    keywords: ['manual', 'button', 'api', 'start', 'trigger', 'run'],
    params: manualParams,
    output: z.object({ kind: z.string(), at: z.string(), body: named('What was filled in', z.unknown()) }),
  }),
  coreNode({
    type: 'form',
    role: 'trigger',
    family: 'start',
    icon: 'clipboard-list',
    title: 'Form sent in',
    description: 'Starts a run whenever somebody fills in and sends a form on a page of its own.',
    keywords: ['form', 'survey', 'page', 'questionnaire', 'submit', 'answers', 'public', 'start', 'trigger'],
    params: formParams,
    output: z.object({ kind: z.string(), at: z.string(), body: named('Answers', z.record(z.string(), z.unknown())) }),
    defaults: {
      fields: [
        { id: 'name', label: 'Name', type: 'text', required: true },
        { id: 'email', label: 'Email', type: 'text', required: true },
      ],
    },
  }),
  coreNode({
    type: 'email',
    role: 'trigger',
    family: 'start',
    icon: 'mail',
    title: 'E-mail arrives',
    description: 'Starts a run whenever an e-mail arrives at an address of its own.',
    keywords: ['email', 'e-mail', 'mail', 'inbox', 'message', 'smtp', 'attachment', 'receive', 'when', 'start', 'trigger'],
    params: emailParams,
    output: emailOutput,
  }),
  coreNode({
    type: 'schedule',
    role: 'trigger',
    family: 'start',
    icon: 'calendar-clock',
    title: 'Schedule',
    description: 'Starts a run at set times: every few minutes, every weekday at nine, on the last day of a month.',
    keywords: ['schedule', 'cron', 'timer', 'time', 'every', 'daily', 'weekly', 'interval', 'clock', 'start', 'trigger'],
    params: scheduleParams,
    output: z.object({
      kind: z.string(),
      at: z.string(),
      scheduledAt: named('The time it was due', z.string()),
      body: named('Data of the schedule', z.unknown()),
    }),
    defaults: { rules: [{ cron: '0 9 * * 1-5', timezone: 'UTC' }] },
  }),
  coreNode({
    type: 'event',
    role: 'trigger',
    family: 'start',
    icon: 'radio',
    title: 'Event',
    description: 'Starts a run whenever an event of a certain name is sent.',
    keywords: ['event', 'message', 'publish', 'subscribe', 'start', 'trigger'],
    params: eventParams,
    output: z.object({
      kind: z.string(),
      at: z.string(),
      name: named('Name of the event', z.string()),
      body: named('What the event says', z.unknown()),
    }),
    defaults: { name: '' },
  }),
  coreNode({
    type: 'flowCalled',
    role: 'trigger',
    family: 'start',
    icon: 'workflow',
    title: 'Run by another flow',
    description: 'Starts a run when another flow asks for it.',
    keywords: ['sub-flow', 'subflow', 'called', 'child', 'start', 'trigger'],
    params: flowCalledParams,
    output: z.object({ kind: z.string(), at: z.string(), body: named('What it was given', z.unknown()) }),
  }),
  coreNode({
    type: 'flowFailed',
    role: 'trigger',
    family: 'start',
    icon: 'octagon-x',
    title: 'A flow failed',
    description: 'Starts a run when a run of another flow fails.',
    keywords: ['error', 'failure', 'failed', 'alert', 'on error', 'catch', 'start', 'trigger'],
    params: flowFailedParams,
    output: z.object({
      kind: z.string(),
      at: z.string(),
      body: named(
        'What failed',
        z.object({
          flowId: named('The flow', z.string()),
          runId: named('The run', z.string()),
          error: named('What went wrong', z.unknown()),
        }),
      ),
    }),
  }),
  coreNode({
    type: 'set',
    family: 'data',
    icon: 'pencil',
    title: 'Set values',
    description: 'Puts values together under names of your choice.',
    keywords: ['set', 'edit', 'fields', 'map', 'variables', 'transform', 'rename'],
    params: setParams,
    defaults: { values: {} },
  }),
  coreNode({
    type: 'branch',
    family: 'logic',
    icon: 'git-branch',
    title: 'Branch',
    description: 'Goes one way if a condition holds, another way if not.',
    keywords: ['if', 'else', 'condition', 'yes', 'no', 'decide', 'split'],
    params: branchParams,
    output: z.object({ result: z.boolean() }),
    handles: ['true', 'false'],
    defaults: { condition: true },
  }),
  coreNode({
    type: 'switch',
    family: 'logic',
    icon: 'split',
    title: 'Several ways',
    description: 'Chooses between several ways, each with its own condition.',
    keywords: ['switch', 'case', 'router', 'paths', 'condition', 'choose'],
    params: switchParams,
    handles: 'cases',
    defaults: { cases: [{ id: 'first', when: true }], match: 'first' },
  }),
  coreNode({
    type: 'filter',
    family: 'logic',
    icon: 'filter',
    title: 'Only go on if',
    description: 'Goes on only if a condition holds.',
    keywords: ['filter', 'condition', 'if', 'only', 'stop', 'skip'],
    params: filterParams,
    output: z.object({ passed: z.boolean() }),
    defaults: { condition: true },
  }),
  coreNode({
    type: 'code',
    runs: 'code',
    family: 'code',
    icon: 'code',
    title: 'Code',
    description: 'Runs TypeScript of your own, safely fenced in.',
    keywords: ['code', 'javascript', 'typescript', 'script', 'function', 'program', 'transform'],
    params: codeParams,
    defaults: { code: 'export default async ({ trigger, steps }: Context) => {\n  return {}\n}\n' },
  }),
  coreNode({
    type: 'forEach',
    family: 'logic',
    icon: 'list-checks',
    title: 'Repeat for each item',
    description: 'Does the steps inside it for every item of a list.',
    keywords: ['loop', 'for each', 'foreach', 'iterate', 'list', 'items', 'map', 'batch', 'repeat'],
    params: forEachParams,
    defaults: { items: '', concurrency: 1 },
  }),
  coreNode({
    type: 'repeat',
    family: 'logic',
    icon: 'repeat',
    title: 'Repeat',
    description: 'Does the steps inside it again and again, as long as or until a condition holds.',
    keywords: ['loop', 'while', 'until', 'again', 'poll', 'repeat'],
    params: repeatParams,
    output: z.object({ iterations: z.number(), last: z.unknown() }),
    defaults: { until: true, maxIterations: 100 },
  }),
  coreNode({
    type: 'callFlow',
    family: 'logic',
    icon: 'workflow',
    title: 'Run another flow',
    description: 'Starts another flow and, if you like, waits for its result.',
    keywords: ['sub-flow', 'subflow', 'call', 'flow', 'child', 'reuse', 'function'],
    params: callFlowParams,
    defaults: { flowId: '', wait: true },
  }),
  coreNode({
    type: 'delay',
    family: 'logic',
    icon: 'hourglass',
    title: 'Wait a while',
    description: 'Waits for a length of time or until a date, for years if need be.',
    keywords: ['delay', 'wait', 'sleep', 'pause', 'until', 'timer', 'schedule'],
    params: delayParams,
    output: z.object({ resumedAt: z.string() }),
    defaults: { for: '10m' },
  }),
  coreNode({
    type: 'waitForCall',
    family: 'logic',
    icon: 'phone-incoming',
    title: 'Wait for a call',
    description: 'Waits until somebody calls the web address of this wait.',
    keywords: ['wait', 'callback', 'webhook', 'resume', 'http', 'url', 'pause'],
    params: waitForCallParams,
    output: requestOutput,
    handles: ['received', 'timeout'],
    defaults: { methods: ['POST', 'PUT'] },
  }),
  coreNode({
    type: 'waitForForm',
    family: 'people',
    icon: 'clipboard-list',
    title: 'Ask with a form',
    description:
      'Waits until somebody fills in a form. Whoever sent the form that started the run comes to it next; others need its address.',
    keywords: ['form', 'next page', 'multi-step', 'wizard', 'ask', 'survey', 'wait', 'human', 'person', 'input'],
    params: waitForFormParams,
    output: requestOutput.extend({ body: z.record(z.string(), z.unknown()) }),
    handles: ['received', 'timeout'],
    defaults: { fields: [{ id: 'answer', label: 'Your answer', type: 'text', required: true }] },
  }),
  coreNode({
    type: 'waitForEvent',
    family: 'logic',
    icon: 'radio',
    title: 'Wait for an event',
    description: 'Waits until an event of a certain name arrives.',
    keywords: ['wait', 'event', 'signal', 'message', 'until', 'pause'],
    params: waitForEventParams,
    handles: ['received', 'timeout'],
    defaults: { name: '' },
  }),
  coreNode({
    type: 'approval',
    family: 'people',
    icon: 'hand',
    title: 'Ask for a decision',
    description: 'Waits until somebody approves or declines.',
    keywords: ['approval', 'approve', 'decide', 'human', 'person', 'ask', 'review', 'confirm', 'sign off'],
    params: approvalParams,
    output: z.object({
      decision: z.enum(['approved', 'rejected', 'timeout']),
      by: z.string().nullable(),
      at: z.string(),
      comment: z.string().nullable(),
      fields: z.record(z.string(), z.unknown()),
    }),
    handles: ['approved', 'rejected', 'timeout'],
    defaults: { title: '' },
  }),
  coreNode({
    type: 'respond',
    family: 'data',
    icon: 'reply',
    title: 'Answer the request',
    description: 'Sends the answer to the web request that started the run.',
    keywords: ['respond', 'reply', 'answer', 'response', 'return', 'webhook', 'http'],
    params: respondParams,
    output: z.object({ sent: z.boolean() }),
    defaults: { status: 200, body: '' },
  }),
  coreNode({
    type: 'output',
    family: 'data',
    icon: 'flag',
    title: 'Result',
    description: 'Says what the result of the run is.',
    keywords: ['output', 'result', 'return', 'end', 'give back'],
    params: outputParams,
    defaults: { value: '' },
  }),
  coreNode({
    type: 'stop',
    family: 'logic',
    icon: 'octagon-x',
    title: 'Stop the run',
    description: 'Ends the run here, as worked or as failed.',
    keywords: ['stop', 'end', 'fail', 'error', 'abort', 'finish', 'throw'],
    params: stopParams,
    handles: [],
    defaults: { as: 'failed', message: '' },
  }),
  coreNode({
    type: 'note',
    role: 'note',
    family: 'data',
    icon: 'sticky-note',
    title: 'Note',
    description: 'Words for people who read this flow; nothing runs here.',
    keywords: ['note', 'comment', 'text', 'sticky', 'explain', 'documentation'],
    params: noteParams,
    handles: [],
    defaults: { text: '' },
  }),
]
