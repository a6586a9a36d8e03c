import { z } from 'zod'

const optionalText = (title: string, description?: string) =>
  z
    .string()
    .nullable()
    .meta({ title, ...(description === undefined ? {} : { description }) })

/** One item of a feed, the same for every kind of feed. */
export const FeedItem = z.object({
  id: z.string().meta({ title: 'Id', description: 'What the feed knows it by.' }),
  title: optionalText('Title'),
  link: optionalText('Link'),
  summary: optionalText('Summary'),
  content: optionalText('Content', 'The whole text, often with HTML in it.'),
  author: optionalText('Author'),
  publishedAt: optionalText('Published', 'As a date and time that steps can work with.'),
  updatedAt: optionalText('Changed'),
  categories: z.array(z.string()).meta({ title: 'Categories' }),
  files: z
    .array(z.object({ url: z.string(), type: z.string().nullable(), bytes: z.number().nullable() }))
    .meta({ title: 'Files', description: 'Such as the sound of a podcast.' }),
  feed: z.object({ title: z.string().nullable(), link: z.string().nullable() }).meta({ title: 'The feed' }),
})
export type FeedItem = z.infer<typeof FeedItem>
