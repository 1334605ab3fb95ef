import { AutoScalingClient, DescribeScalingActivitiesCommand } from '@aws-sdk/client-auto-scaling';
import type { Window } from '../model/case.ts';
import { instant } from '../model/time.ts';
import { structuresOf } from './answers.ts';
import { type Aws, ask } from './aws.ts';

export interface ScalingActivity {
  at: string;
  group: string;
  /** `Launching a new EC2 instance: i-0abc` */
  description: string;
}

const ACTION = 'autoscaling:DescribeScalingActivities';

/** What groups were scaled by in this time, the latest first, as the service lists them; `whole` is false where that is not all. */
export async function scalingActivities(
  aws: Aws,
  { start, end }: Window,
  mostPages: number,
): Promise<{ activities: ScalingActivity[]; whole: boolean }> {
  const client = aws.client(AutoScalingClient, 'Auto Scaling');
  const activities: ScalingActivity[] = [];
  let token: string | undefined;
  let readable = true;
  for (let page = 0; page < mostPages; page++) {
    const { Activities, NextToken } = await ask(aws, ACTION, (options) =>
      client.send(new DescribeScalingActivitiesCommand({ NextToken: token }), options),
    );
    const listed = structuresOf(Activities, ACTION);
    for (const { StartTime, AutoScalingGroupName: group = '', Description: description = '' } of listed) {
      const at = timeOf(StartTime);
      if (at === null) readable = false;
      else if (at >= start && at < end) activities.push({ at, group, description });
    }
    const oldest = timeOf(listed.at(-1)?.StartTime);
    if ((oldest !== null && oldest < start) || !NextToken) return { activities, whole: readable };
    if (NextToken === token) break;
    token = NextToken;
  }
  return { activities, whole: false };
}

function timeOf(time: Date | undefined): string | null {
  return time && !Number.isNaN(time.getTime()) ? instant(time.getTime()) : null;
}
