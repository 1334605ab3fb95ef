import type { Gap } from '../../../model/case.ts';
import { after, aws, printed } from '../../../model/command-line.ts';
import { UsageError } from '../../../model/errors.ts';
import type { Stack } from '../../../model/stack.ts';
import { bytes } from '../../../model/units.ts';
import { logicalId, toCloudFormation } from '../../../render/cloudformation.ts';
import { renderJson } from '../../../render/json.ts';
import { toTerraform } from '../../../render/terraform.ts';
import { renderYaml } from '../../../render/yaml.ts';
import type { Context } from '../../core/context.ts';
import { writeParts } from '../../core/output.ts';

/** CloudFormation's quotas for one template: resources, and bytes (docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html). */
const MOST_RESOURCES = 500;
const MOST_BYTES = 1_000_000;
/** What is sent with the call itself, and not by way of a bucket. */
const INLINE_BYTES = 51_200;

/** What the `-o` of a template may be. */
type Format = 'yaml' | 'json' | 'terraform';

/** The template on stdout, whole and alone; how it is deployed, and what it lacks, on stderr, for a person. */
export async function printStack(
  context: Context,
  output: Format,
  given: Stack,
  gaps: readonly Gap[],
): Promise<number> {
  const stack = { ...given, notes: [...given.notes, ...given.lacks, ...gaps.map(({ effect }) => effect)] };
  const generator = `Made by nfm ${context.io.version}`;
  const { text, advice } =
    output === 'terraform'
      ? { text: toTerraform(stack, generator), advice: 'review it with: terraform plan' }
      : template(stack, generator, output);
  await writeParts(context.io.stdout, [text]);
  // A person who put the template into a file.
  if (context.io.stderr.isTTY) context.note(advice);
  for (const lack of given.lacks) context.note(lack);
  if (!context.forProgram) {
    for (const { effect, fix } of gaps) context.tell(after(`warning: ${effect}`, fix));
  }
  return 0;
}

function template(
  stack: Stack,
  generator: string,
  output: 'yaml' | 'json',
): { text: string; advice: string } {
  const document = toCloudFormation(stack, generator);
  if (document === null) {
    throw new UsageError('nothing-to-create', 'All of it is there already: the template would be empty.', {
      hint: 'To take what is there under Terraform: -o terraform',
    });
  }
  const text = output === 'json' ? renderJson(document) : renderYaml(document, { old: true });
  const size = Buffer.byteLength(text);
  const count = Object.keys(document.Resources).length;
  if (count > MOST_RESOURCES || size > MOST_BYTES) {
    throw new UsageError(
      'template-too-large',
      `CloudFormation takes ${MOST_RESOURCES} resources and ${bytes(MOST_BYTES)} in a template; this has ${count} and ${bytes(size)}.`,
      {
        hint: 'Name some of the monitors or one VPC, and make a template of each part; or use -o terraform.',
      },
    );
  }
  const asked = stack.parameters.filter((parameter) => parameter.default === null);
  const roles = stack.resources.some(
    ({ kind, existing }) => /^role|profile$/.test(kind) && existing === undefined,
  );
  const command = aws('cloudformation deploy', {
    'template-file': 'FILE',
    'stack-name': stack.name,
    region: stack.region,
    capabilities: roles ? 'CAPABILITY_IAM' : undefined,
    's3-bucket': size > INLINE_BYTES ? 'BUCKET' : undefined,
    'parameter-overrides': asked.length > 0 ? asked.map(({ id }) => `${logicalId(id)}=ARN`) : undefined,
  });
  return { text, advice: `deploy it with: ${printed(command)}` };
}
