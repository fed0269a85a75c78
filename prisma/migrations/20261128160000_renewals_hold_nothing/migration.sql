-- AlterTable
ALTER TABLE "ConnectWaiting" ALTER COLUMN "columns" DROP NOT NULL;
