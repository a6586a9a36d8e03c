/** What the operating system, TLS and the HTTP parser call a failure, and how one would say it about a host. */
const sentences: readonly [RegExp, (host: string) => string][] = [
  [/^ECONNREFUSED$/, (host) => `Nothing answers at ${host}.`],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, (host) => `${host} ended the connection before it had answered.`],
  [/^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN)$/, (host) => `There is no way from this machine to ${host}.`],
  [/^EADDRNOTAVAIL$/, () => 'This machine has no free port left for another call. Make fewer calls at once.'],
  [/^CERT_HAS_EXPIRED$/, (host) => `The certificate of ${host} has expired, so nobody can tell who answers there.`],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, (host) => `The certificate shown at ${host} belongs to another name.`],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/,
    (host) => `The certificate of ${host} is signed by nobody this machine trusts.`,
  ],
  [/^(EPROTO|ERR_SSL_)/, (host) => `${host} doesn't speak https there. Check whether the address should begin with http://.`],
  [/^(HPE_|HTTPParserError$)/, (host) => `What answers at ${host} is not a web server.`],
]

/** A failed call in a sentence; what a developer looks up (`ECONNREFUSED`) belongs into the details beside it. */
export function networkWords(code: string, host: string): string {
  return sentences.find(([pattern]) => pattern.test(code))?.[1](host) ?? `The call to ${host} failed on the way.`
}
