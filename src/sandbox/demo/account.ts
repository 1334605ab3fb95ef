/** The account and Region that the demo world is in. */
export const REGION = 'ap-northeast-3';
export const ACCOUNT = '123456789012';

export const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
export const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;
