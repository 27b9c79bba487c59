import { S3Client } from '@aws-sdk/client-s3';
import { helper } from '../lib/helper.mjs';
export const handler = async () => helper(S3Client);
