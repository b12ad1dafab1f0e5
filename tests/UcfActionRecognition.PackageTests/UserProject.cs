namespace UcfActionRecognition.PackageTests;

/// <summary>A console project of a user, outside the repository, that references packages. It leaves nothing in the machine's package folder.</summary>
internal sealed class UserProject : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Makes the project, as <c>dotnet new console</c> and <c>dotnet add package</c> do.</summary>
    /// <param name="packages">Names and versions of the packages.</param>
    public UserProject(params (string Name, string Version)[] packages)
    {
        Write("App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                {string.Join("\n    ", packages.Select(package => $"<PackageReference Include=\"{package.Name}\" Version=\"{package.Version}\" />"))}
              </ItemGroup>
            </Project>
            """);
        // New packages go into a folder of the project; those that the machine has are taken from there and not downloaded or copied.
        Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><add key="machine" value="{Packages.MachineFolder}" /></fallbackPackageFolders>
              <packageSources><add key="ucf-package-tests" value="{Packages.Feed}" /></packageSources>
            </configuration>
            """);
    }

    /// <summary>A path inside the project's folder.</summary>
    public string this[string name] => _folder[name];

    /// <summary>Writes a file of the project.</summary>
    public void Write(string name, string text) => File.WriteAllText(_folder[name], text);

    /// <summary>Builds it, with these arguments.</summary>
    /// <returns>The exit code, and standard output and error.</returns>
    public (int ExitCode, string Output) Build(params string[] arguments) =>
        Dotnet.Run(_folder.Path, ["build", "-nodeReuse:false", .. arguments]);

    /// <summary>Runs the program that <see cref="Build"/> made, in the project's folder.</summary>
    /// <param name="environment">Variables to set.</param>
    /// <returns>The exit code, and standard output and error.</returns>
    public (int ExitCode, string Output) Run(params (string Name, string Value)[] environment) =>
        Dotnet.Run(_folder.Path, environment, Path.Combine("bin", "Debug", "net10.0", "App.dll"));

    public void Dispose() => _folder.Dispose();
}
