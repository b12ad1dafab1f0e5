namespace UcfActionRecognition;

/// <summary>The published files of weights that this library's networks take.</summary>
internal static class WeightsCatalogue
{
    private static readonly Uri Torchvision = new("https://github.com/pytorch/vision/blob/main/torchvision/models/resnet.py");
    private static readonly Uri TorchvisionFiles = new("https://download.pytorch.org/models/");

    // Both folders are linked from the README of kenshohara/3D-ResNets-PyTorch.
    private static readonly Uri Kinetics400Folder = new("https://drive.google.com/drive/folders/1zvl89AgFAApbH0At-gMuZSeQB_LpNP-M");
    private static readonly Uri Kinetics700Folder = new("https://drive.google.com/open?id=1xbYbZ7rpyjftI_KCk6YuL-XrfQDz7Yd4");

    private static readonly int[] Kinetics700Depths = [18, 34, 50, 101, 152, 200];

    public static IReadOnlyList<KnownWeights> All { get; } = [.. ImageNet(), .. Kinetics400(), .. Kinetics700()];

    // Names, accuracies and evaluation sizes: torchvision's models/resnet.py; of the legacy editions its version of 2018, and the 1-crop errors
    // in the documentation of that time. The files' names end in the first 8 digits of their SHA-256 (torch.hub, check_hash). Whole hashes
    // and sizes in bytes are those that users of the files have published; they agree with the names, and with the sizes in MiB that
    // torchvision states. V1 is published in the format before PyTorch 1.6 ("legacy") and in today's; V2 is another training, from depth
    // 50 on.
    private static IEnumerable<KnownWeights> ImageNet() =>
    [
        V1(18, "resnet18", "resnet18-f37072fd.pth", 46_830_571, "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec"),
        Legacy(18, "resnet18-legacy", "resnet18-5c106cde.pth", 46_827_520, "5c106cde386e87d4033832f2996f5493238eda96ccf559d1d62760c4de0613f8"),
        V1(34, "resnet34", "resnet34-b627a593.pth", 87_319_819, "b627a593bcbe140c234610266fe4f8ae95ea42fc881d091c9b6052e6b1d0590f"),
        Legacy(34, "resnet34-legacy", "resnet34-333f7ec4.pth", 87_306_240, "333f7ec4c6338da2cbed37f1fc0445f9624f1355633fa1d7eab79a91084c6cef"),
        V1(50, "resnet50", "resnet50-0676ba61.pth", 102_530_333, "0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a"),
        Legacy(50, "resnet50-legacy", "resnet50-19c8e357.pth", 102_502_400, "19c8e3572231adff6824a2da93fd67b5986919a2e65f8b6007eab4edee220097"),
        V2(50, "resnet50-v2", "resnet50-11ad3fa6.pth", 102_540_417, "11ad3fa62ca79e40addfd354a8ec4b7c75143b3038b8d2a807fbc68deab379ca"),
        V1(101, "resnet101", "resnet101-63fe2227.pth", null, "63fe2227b86e8f1f2063f43a75c84d195911b6a0eace650907dd3dc62dd49a0a"),
        Legacy(101, "resnet101-legacy", "resnet101-5d3b4d8f.pth", 178_728_960, "5d3b4d8f"),
        V2(101, "resnet101-v2", "resnet101-cd907fc2.pth", null, "cd907fc2"),
        V1(152, "resnet152", "resnet152-394f9c45.pth", null, "394f9c45966e3651a89bbb78a48410a6755854ce4a5ab64927cf1c7247f85e58"),
        Legacy(152, "resnet152-legacy", "resnet152-b121ed2d.pth", 241_530_880, "b121ed2d"),
        V2(152, "resnet152-v2", "resnet152-f82ba261.pth", null, "f82ba261"),
    ];

    // Depths, shortcuts and accuracies: README of 2018 of kenshohara/3D-ResNets-PyTorch, whose accuracy is the mean of top-1 and top-5. 16
    // frames of 112x112: its opts.py. Sizes and hashes are not published.
    private static IEnumerable<KnownWeights> Kinetics400() =>
    [
        Kinetics(18, ShortcutType.A, "66.1"),
        Kinetics(34, ShortcutType.A, "71.0"),
        Kinetics(50, ShortcutType.B, "72.2"),
        Kinetics(101, ShortcutType.B, "73.3"),
        Kinetics(152, ShortcutType.B, "73.7"),
        Kinetics(200, ShortcutType.B, "73.7"),
    ];

    // Depths and classes: README of 2020 of kenshohara/3D-ResNets-PyTorch; shortcut B, 16 frames of 112x112 and values 0..1 are the defaults
    // of its opts.py. Sizes, hashes and accuracies by file are not published.
    private static IEnumerable<KnownWeights> Kinetics700() => Kinetics700Depths.Select(depth => new KnownWeights
    {
        Name = $"r3d{depth}_K_200ep",
        FileName = $"r3d{depth}_K_200ep.pth",
        Architecture = ClipArchitecture(depth, ShortcutType.B),
        Depth = depth,
        Shortcut = ShortcutType.B,
        Input = ClipInput(Normalization.Kinetics700),
        Dataset = "Kinetics-700",
        ClassCount = 700,
        Source = Kinetics700Folder,
    });

    private static KnownWeights Legacy(int depth, string name, string file, long bytes, string sha256) =>
        ImageNet(depth, name, file, bytes, sha256, resize: null, depth switch
        {
            18 => "top-1 69.76 %, top-5 89.08 %",
            34 => "top-1 73.30 %, top-5 91.42 %",
            50 => "top-1 76.15 %, top-5 92.87 %",
            101 => "top-1 77.37 %, top-5 93.56 %",
            _ => "top-1 78.31 %, top-5 94.06 %",
        });

    private static KnownWeights V1(int depth, string name, string file, long? bytes, string sha256) =>
        ImageNet(depth, name, file, bytes, sha256, resize: 256, depth switch
        {
            18 => "top-1 69.758 %, top-5 89.078 %",
            34 => "top-1 73.314 %, top-5 91.420 %",
            50 => "top-1 76.130 %, top-5 92.862 %",
            101 => "top-1 77.374 %, top-5 93.546 %",
            _ => "top-1 78.312 %, top-5 94.046 %",
        });

    private static KnownWeights V2(int depth, string name, string file, long? bytes, string sha256) =>
        ImageNet(depth, name, file, bytes, sha256, resize: 232, depth switch
        {
            50 => "top-1 80.858 %, top-5 95.434 %",
            101 => "top-1 81.886 %, top-5 95.780 %",
            _ => "top-1 82.284 %, top-5 96.002 %",
        });

    private static KnownWeights ImageNet(int depth, string name, string file, long? bytes, string sha256, int? resize, string accuracy) => new()
    {
        Name = name,
        FileName = file,
        Architecture = $"resnet{depth}",
        Depth = depth,
        Input = new InputSpec { Size = 224, Normalization = Normalization.ImageNet },
        ResizeBeforeCrop = resize,
        Dataset = "ImageNet-1K",
        ClassCount = 1000,
        Accuracy = accuracy,
        Bytes = bytes,
        Sha256 = sha256,
        Source = Torchvision,
        DownloadAddress = new Uri(TorchvisionFiles, file),
    };

    private static KnownWeights Kinetics(int depth, ShortcutType shortcut, string accuracy) => new()
    {
        Name = $"resnet-{depth}-kinetics",
        FileName = $"resnet-{depth}-kinetics.pth",
        Architecture = ClipArchitecture(depth, shortcut),
        Depth = depth,
        Shortcut = shortcut,
        Input = ClipInput(Normalization.Kinetics400),
        Dataset = "Kinetics-400",
        ClassCount = 400,
        Accuracy = $"mean of top-1 and top-5 {accuracy} %",
        Source = Kinetics400Folder,
    };

    private static InputSpec ClipInput(Normalization normalization) => new() { Size = 112, ClipLength = 16, Normalization = normalization };

    private static string ClipArchitecture(int depth, ShortcutType shortcut) =>
        $"resnet3d{depth}" + (shortcut == ShortcutType.A ? "-shortcut-A" : "");
}
