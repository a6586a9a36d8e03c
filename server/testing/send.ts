import { request, type IncomingHttpHeaders } from 'node:http'

export interface Sent {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** The body as JSON; whatever the test expects of it. */
  json: { [name: string]: unknown }
}

export interface SendOptions {
  method?: string
  headers?: { [name: string]: string }
  /** Sent as JSON, or as they are when text or bytes. */
  body?: unknown
}

/** One HTTP request with nothing added to it, unlike `fetch`, which has its own idea of headers. */
export function send(url: string, { method = 'GET', headers = {}, body }: SendOptions = {}): Promise<Sent> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const bytes = body === undefined ? undefined : Buffer.from(isRaw ? body : JSON.stringify(body))
  return new Promise((resolve, reject) => {
    const req = request(
      url,
      {
        method,
        agent: false,
        headers: {
          ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }),
          ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (res) => {
        const chunks: Buffer[] = []
        res.on('data', (chunk: Buffer) => chunks.push(chunk))
        res.on('error', reject)
        res.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const isJson = text !== '' && /json/.test(res.headers['content-type'] ?? '')
          resolve({
            status: res.statusCode ?? 0,
            headers: res.headers,
            text,
            json: isJson ? JSON.parse(text) : {},
          })
        })
      },
    )
    req.on('error', reject)
    req.end(bytes)
  })
}
