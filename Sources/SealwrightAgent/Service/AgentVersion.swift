// SPDX-License-Identifier: Apache-2.0

/// The version of the agent, the same as the server's.
public enum AgentVersion {
    /// As the command line and the User-Agent field write it.
    public static let number = "0.1.0"
}
