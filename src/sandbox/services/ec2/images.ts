import type { Image } from '../../world.ts';
import { platformDetails } from './instances.ts';
import type { Resource } from './resource.ts';
import { byId } from './selectors.ts';

type ImageItem = {
  imageId: string;
  name: string;
  description: string;
  imageState: string;
  imageType: string;
  imageOwnerAlias: string;
  isPublic: boolean;
  architecture: string;
  platformDetails: string;
  platform: string | undefined;
  rootDeviceType: string;
  virtualizationType: string;
  creationDate: string;
};

export const images: Resource<ImageItem> = {
  list: 'imagesSet',
  items: (world) => world.images.map(toItem),
  selectors: [
    byId(
      {
        parameter: 'ImageId',
        prefix: 'ami',
        noun: 'image',
        notFound: 'InvalidAMIID.NotFound',
        malformed: 'InvalidAMIID.Malformed',
      },
      ({ imageId }) => imageId,
    ),
  ],
  filters: {
    'image-id': ({ imageId }) => imageId,
    name: ({ name }) => name,
    state: ({ imageState }) => imageState,
    architecture: ({ architecture }) => architecture,
    'platform-details': ({ platformDetails }) => platformDetails,
  },
  paging: { excludesIds: true },
};

function toItem({ id, name, description, createdAt, platform }: Image): ImageItem {
  return {
    imageId: id,
    name,
    description,
    imageState: 'available',
    imageType: 'machine',
    imageOwnerAlias: 'amazon',
    isPublic: true,
    architecture: 'x86_64',
    platformDetails: platformDetails(platform),
    platform: platform === 'Windows' ? 'windows' : undefined,
    rootDeviceType: 'ebs',
    virtualizationType: 'hvm',
    creationDate: createdAt,
  };
}
