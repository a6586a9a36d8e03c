/** What became of a request in the inbox. */
export const requestStates = ['started', 'kept', 'rejected'] as const
export type RequestState = (typeof requestStates)[number]
