// SPDX-License-Identifier: Apache-2.0

package import SealwrightCore

package typealias CertificateInstallation = SealwrightCore.CertificateInstallation
