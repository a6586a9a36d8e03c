import { z } from 'zod'
import { fieldTypes } from './form-field.ts'

/** One thing a form asks for, as its flow's author wrote it. */
export const FormPageField = z.object({
  id: z
    .string()
    .regex(
      /^(?!(?:__proto__|constructor|prototype)$)[A-Za-z_][A-Za-z0-9_]{0,63}$/,
      'Use letters, digits and _, starting with a letter',
    )
    .meta({ title: 'Id' }),
  label: z.string().max(200).default('').meta({ title: 'Label' }),
  type: z.enum(fieldTypes).default('text').meta({ title: 'Kind' }),
  required: z.boolean().optional().meta({ title: 'Must be filled in' }),
  help: z.string().max(1000).optional().meta({ title: 'Help' }),
  options: z.array(z.string()).max(500).optional().meta({ title: 'Choices' }),
  default: z.unknown().optional().meta({ title: 'To begin with' }),
  showIf: z.union([z.boolean(), z.string()]).optional().meta({ title: 'Only show if', condition: true, control: 'condition' }),
})
export type FormPageField = z.infer<typeof FormPageField>

/** Where a form may send whoever filled it in: a web address, whole and fixed, and naming nobody's password. */
const WebAddress = z
  .url({ protocol: /^https?$/, error: 'Write a whole web address, such as https://example.com/thanks' })
  .regex(/^https?:\/\/[^/@\\]+(?:\/|$|\?|#)/i)
  .max(2000)

export function isWebAddress(text: string): boolean {
  return WebAddress.safeParse(text).success
}

/** What a page asks for, whether it starts a run or a run waits for it. */
const askedByForm = {
  fields: z.array(FormPageField).max(100).default([]).meta({ title: 'Fields', control: 'formFields' }),
  title: z.string().max(200).optional().meta({ title: 'Heading', description: 'The flow’s name when it is left empty.' }),
  description: z.string().max(5000).optional().meta({ title: 'What it is about', control: 'longText' }),
  button: z.string().max(60).optional().meta({ title: 'Words on the button', placeholder: 'Send', advanced: true }),
}

/** A form that starts runs: its page, and what is shown when it was sent. */
export const FormPage = z.object({
  ...askedByForm,
  thanks: z.string().max(5000).optional().meta({
    title: 'Thank-you words',
    description: 'Shown when the form was sent. Answers can be put in.',
    control: 'longText',
    placeholder: 'Thank you. We have got your answer.',
    expression: true,
  }),
  redirect: WebAddress.optional().meta({
    title: 'Go on to',
    description: 'A web page that is opened instead of the thank-you words.',
    placeholder: 'https://example.com/thanks',
    advanced: true,
  }),
  access: z
    .enum(['anyone', 'members'])
    .default('anyone')
    .meta({
      title: 'Who may fill it in',
      labels: { anyone: 'Anyone who has the address', members: 'Only members who are signed in' },
    }),
})
export type FormPage = z.infer<typeof FormPage>

/** A form that a run waits for in its middle: the next page of one that started it, or a link somebody is given. */
export const FormStep = z.object({
  ...askedByForm,
  thanks: z.string().max(5000).optional().meta({
    title: 'Thank-you words',
    description: 'Shown when it was sent and no other page follows.',
    control: 'longText',
    placeholder: 'Thank you. We have got your answer.',
  }),
})
export type FormStep = z.infer<typeof FormStep>
