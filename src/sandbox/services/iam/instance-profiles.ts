import { uniqueId } from '../../wire/stable-id.ts';
import { type IamOperation, noSuchEntity, text } from './input.ts';
import { toRole } from './roles.ts';

export const getInstanceProfile: IamOperation = (input, { world }) => {
  const wanted = text(input, 'InstanceProfileName');
  const profile = world.instanceProfiles.find(({ name }) => name === wanted);
  if (!profile) throw noSuchEntity(`Instance Profile ${wanted} cannot be found.`);
  const { name, createdAt } = profile;
  return {
    InstanceProfile: {
      Path: '/',
      InstanceProfileName: name,
      InstanceProfileId: uniqueId('AIPA', name),
      Arn: `arn:aws:iam::${world.accountId}:instance-profile/${name}`,
      CreateDate: new Date(createdAt),
      Roles: world.roles.filter((role) => role.name === profile.role).map((role) => toRole(role, world)),
    },
  };
};
