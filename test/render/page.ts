import { isConsolePage } from '../../src/model/console.ts';
import { STYLE } from '../../src/render/html/style.ts';

/* What a page of -o html may hold, whoever named the things on it. */

const ELEMENTS = new Set(
  `doctype html head meta title style body main article header footer nav a h1 h2 h3 p span strong code pre br ul ol li dl
  dt dd table caption thead tbody tr th td div figure figcaption details summary svg g path rect text tspan desc`.split(
    /\s+/,
  ),
);

const ATTRIBUTES = new Set(
  `lang charset http-equiv content name class id href rel scope data-label start tabindex role aria-label aria-labelledby
  aria-hidden x y width height viewBox preserveAspectRatio d transform text-anchor font-size stroke-width vector-effect
  fill`.split(/\s+/),
);

const CLASSES = new Set([
  ...Array.from(STYLE.matchAll(/\.([a-z][\w-]*)/g), ([, name = '']) => name),
  ...['text', 'number', 'stack', 'cards', 'roomy', 'tight'],
]);

/** Everything in it that is no markup of nfm's own; empty for a page as it should be. */
export function foreignIn(page: string): string[] {
  const [head = '', style, body = '', ...more] = page.split(/<\/?style>/);
  const tags = `${head}${body}`.match(/<[^>]*>?/g) ?? [];
  return [
    ...(style === STYLE && more.length === 0 ? [] : ['another style sheet']),
    ...tags.flatMap((tag) => {
      const [, name = '', rest = ''] =
        /^<[/!]?([a-z][a-z0-9]*)((?: [\w:-]+(?:="[^"<>]*")?)*)\/?>$/i.exec(tag) ?? [];
      if (!ELEMENTS.has(name)) return [tag];
      return Array.from(rest.matchAll(/ ([\w:-]+)(?:="([^"]*)")?/g)).flatMap(
        ([whole, attribute = '', value = '']) => {
          const text = value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
          const isWell =
            (ATTRIBUTES.has(attribute) || name === 'doctype') &&
            (attribute !== 'href' || /^#r\d+-part-\d+$/.test(text) || isConsolePage(text)) &&
            (attribute !== 'class' || text.split(' ').every((one) => CLASSES.has(one)));
          return isWell ? [] : [`${name}${whole}`];
        },
      );
    }),
    ...(body.replaceAll('\n', '').match(/[\p{Cc}\p{Cf}]/gu) ?? []),
    ...(page.match(/NaN|undefined|Infinity|\[object/g) ?? []),
  ];
}
