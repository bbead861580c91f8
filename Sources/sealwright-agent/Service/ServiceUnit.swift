// SPDX-License-Identifier: Apache-2.0

/// The unit that starts the service with the machine.
struct ServiceUnit {
    private let options: AgentOptions
    private let user: String?
    private let logLevel: String

    /// A unit whose service runs with these options.
    init(_ options: AgentOptions, user: String?, logLevel: String) {
        self.options = options
        self.user = user
        self.logLevel = logLevel
    }

    /// The usual folder is made by systemd; another one has to be there.
    private var access: String {
        let usual = "/var/lib/"
        guard options.folder == usual + "sealwright-agent" else {
            return "ReadWritePaths=\(Self.quoted(options.folder))"
        }
        return "StateDirectory=sealwright-agent\nStateDirectoryMode=0755"
    }

    private var isAtHome: Bool { options.folder.hasPrefix("/home/") || options.folder.hasPrefix("/root/") }

    /// The folder for unlocked keys where it is not the usual one.
    private var runtime: String? { options.runtime == nil ? nil : options.runtimeFolder }

    /// The usual folder for unlocked keys is made by systemd; another one has to be there.
    private var runtimeAccess: String {
        if let runtime { return "ReadWritePaths=\(Self.quoted(runtime))" }
        return """
            RuntimeDirectory=\(options.runtimeName)
            RuntimeDirectoryMode=0755
            RuntimeDirectoryPreserve=yes
            """
    }

    /// The TPM, and no other device of the machine; none where there is no TPM, or a socket leads to it.
    private var devices: String {
        let tpm = options.tpm ?? "/dev/tpmrm0"
        return tpm.hasPrefix("/dev/") ? "DevicePolicy=closed\nDeviceAllow=\(tpm) rw" : "PrivateDevices=yes"
    }

    /// What root needs to give keys to their users, to take them back out of folders that are the users', and to put
    /// loosened modes back; a TPM's device is another user's too.
    private static let capabilities = "CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER"

    private var arguments: String {
        var arguments = ["--data", Self.argument(options.folder)]
        if let tpm = options.tpm { arguments += ["--tpm", Self.argument(tpm)] }
        if let runtime { arguments += ["--runtime", Self.argument(runtime)] }
        if options.allowLegacy { arguments.append("--allow-legacy") }
        if let user { arguments += ["--user", Self.argument(user)] }
        if logLevel != RunCommand.usualLogLevel { arguments += ["--log-level", logLevel] }
        return arguments.joined(separator: " ")
    }

    /// A path for a directive.
    ///
    /// Source: systemd.syntax(7), "Quoting"; systemd.unit(5), "Specifiers".
    private static func quoted(_ path: String) -> String {
        let text = path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
        return "\"\(text)\""
    }

    /// A path for a command line, in which a dollar stands for a variable.
    ///
    /// Source: systemd.service(5), "Command lines".
    private static func argument(_ path: String) -> String { quoted(path).replacing("$", with: "$$") }

    /// The unit's file.
    var text: String {
        """
        [Unit]
        Description=Sealwright agent
        Documentation=https://github.com/sealwright/sealwright
        Wants=network-online.target
        After=network-online.target

        [Service]
        Type=exec
        ExecStart=/usr/local/bin/sealwright-agent run \(arguments)
        ExecReload=/bin/kill -HUP $MAINPID
        Restart=on-failure
        RestartSec=10
        UMask=0022
        \(runtimeAccess)
        CapabilityBoundingSet=\(Self.capabilities)
        NoNewPrivileges=yes
        ProtectSystem=strict
        \(access)
        ProtectHome=\(isAtHome ? "no" : "yes")
        PrivateTmp=yes
        PrivateMounts=yes
        \(devices)
        ProtectKernelTunables=yes
        ProtectKernelModules=yes
        ProtectKernelLogs=yes
        ProtectControlGroups=yes
        ProtectClock=yes
        ProtectProc=invisible
        RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        LockPersonality=yes
        MemoryDenyWriteExecute=yes
        SystemCallArchitectures=native
        SystemCallFilter=@system-service
        SystemCallFilter=~@privileged @resources
        SystemCallFilter=@chown
        SystemCallErrorNumber=EPERM
        LimitCORE=0

        [Install]
        WantedBy=multi-user.target
        """
    }
}
