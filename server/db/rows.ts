import { z } from 'zod'

/** How pg hands over a `timestamptz`, as the API writes it. */
export const InstantColumn = z.date().transform((date) => date.toISOString())
