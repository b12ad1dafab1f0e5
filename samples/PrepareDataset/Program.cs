using UcfActionRecognition.Samples;
using UcfActionRecognition.Samples.Prepare;

return ConsoleProgram.Run(PrepareCommand.Create(), args);
