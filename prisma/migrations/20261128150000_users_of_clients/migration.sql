-- AlterTable
ALTER TABLE "User" ADD COLUMN     "ofClient" BOOLEAN NOT NULL DEFAULT false;
