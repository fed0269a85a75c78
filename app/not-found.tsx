import { NothingPage, nothingHereMetadata } from "./_components/nothing-here";

export const generateMetadata = nothingHereMetadata;

export default NothingPage;
