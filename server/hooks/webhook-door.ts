import { httpMethods } from '#shared/http-methods.ts'
import { type Cors, corsFrom } from './cors.ts'
import { type SentSecret, sentSecretOf } from './verify/sent-secret.ts'

/** What a webhook trigger says of requests before anybody looks at what is in them, live or not. */
export interface WebhookDoor {
  /** The kinds of request it takes. */
  methods: readonly string[]
  /** Whether the server itself answers a browser that asks what pages may do, rather than the flow. */
  answersPreflights: boolean
  cors: Cors | undefined
  sentSecret: SentSecret | undefined
  parsesXml: boolean
}

/** Reads it of a trigger's params, also of a draft's that aren't right yet. */
export function webhookDoor(params: { [name: string]: unknown }): WebhookDoor {
  const { methods, cors, parseXml, verify } = params
  // A draft may name what is none, which could not be said in an answer's headers either.
  const listed = Array.isArray(methods) ? httpMethods.filter((method) => methods.includes(method)) : []
  const pages = corsFrom(cors)
  return {
    methods: listed.length > 0 ? listed : httpMethods,
    // A flow that takes `OPTIONS` by name, and leaves pages to itself, is asked.
    answersPreflights: pages !== undefined || !listed.includes('OPTIONS'),
    cors: pages,
    sentSecret: sentSecretOf(verify),
    parsesXml: parseXml === true,
  }
}
