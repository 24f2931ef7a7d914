import ts from "typescript";

/** A name that a file exports. */
export interface ExportedName {
  readonly name: string;
  readonly line: number;
  /** Where it comes from, if the file only passes it on; "*" is all that is there, under one name. */
  readonly from: UsedName | null;
  /** Types that its signature names: whoever uses it may have to name them too. */
  readonly signature: readonly string[];
}

/** A name that a file takes from another; "*" if it may be any of them. */
export interface UsedName {
  readonly specifier: string;
  readonly name: string;
}

/** What a file offers to others, and what it takes from them. */
export interface ModuleExports {
  readonly exported: readonly ExportedName[];
  /** Files of which all is passed on. */
  readonly passedOn: readonly string[];
  readonly used: readonly UsedName[];
}

/** Reads a parsed file's exports and the names in its imports, those of types too. */
export function readModuleExports(file: ts.SourceFile): ModuleExports {
  const exported: ExportedName[] = [];
  const passedOn: string[] = [];
  const used: UsedName[] = [];
  const add = (
    name: ts.Node & { readonly text: string },
    from: UsedName | null,
    signature: readonly string[] = [],
  ): void => {
    const { line } = file.getLineAndCharacterOfPosition(name.getStart());
    exported.push({ name: name.text, line: line + 1, from, signature });
  };
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier } = statement;
      const specifier =
        moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : null;
      if (exportClause === undefined) passedOn.push(specifier ?? "");
      else if (ts.isNamespaceExport(exportClause))
        add(exportClause.name, { specifier: specifier ?? "", name: "*" });
      else
        for (const { name, propertyName } of exportClause.elements)
          add(name, specifier === null ? null : { specifier, name: (propertyName ?? name).text });
    } else if (isExported(statement)) {
      const signature = typesNamed(statement);
      for (const name of declaredNames(statement)) add(name, null, signature);
    }
  }
  const visit = (node: ts.Node): void => {
    used.push(...namesTaken(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { exported, passedOn, used };
}

function isExported(node: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  return (
    modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) &&
    !modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
  );
}

function declaredNames(statement: ts.Statement): ts.Identifier[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  const name = ts.isDeclarationStatement(statement) ? statement.name : undefined;
  return name !== undefined && ts.isIdentifier(name) ? [name] : [];
}

/** Names of types in a declaration, without what stands in the bodies of functions. */
function typesNamed(node: ts.Node): string[] {
  if (ts.isBlock(node)) return [];
  const names: string[] = [];
  if (ts.isTypeReferenceNode(node)) names.push(node.typeName.getText());
  else if (ts.isExpressionWithTypeArguments(node)) names.push(node.expression.getText());
  ts.forEachChild(node, (child) => {
    names.push(...typesNamed(child));
  });
  return names;
}

function boundNames(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}

function namesTaken(node: ts.Node): UsedName[] {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const specifier = node.moduleSpecifier.text;
    const bindings = node.importClause?.namedBindings;
    if (bindings === undefined) return [];
    if (ts.isNamespaceImport(bindings)) return [{ specifier, name: "*" }];
    return bindings.elements.map(({ name, propertyName }) => ({
      specifier,
      name: (propertyName ?? name).text,
    }));
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const { literal } = node.argument;
    if (!ts.isStringLiteral(literal)) return [];
    const name = node.qualifier === undefined ? "*" : node.qualifier.getText().split(".")[0]!;
    return [{ specifier: literal.text, name }];
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    if (argument === undefined || !ts.isStringLiteralLike(argument)) return [];
    return namesOfDynamicImport(node).map((name) => ({ specifier: argument.text, name }));
  }
  return [];
}

/** Commands load rooms as they need them, by `const { a } = await import(…)` or `(await import(…)).a`. */
function namesOfDynamicImport(call: ts.CallExpression): string[] {
  let outer: ts.Node = call.parent;
  if (!ts.isAwaitExpression(outer)) return ["*"];
  while (ts.isAwaitExpression(outer) || ts.isParenthesizedExpression(outer)) outer = outer.parent;
  if (ts.isPropertyAccessExpression(outer)) return [outer.name.text];
  if (ts.isVariableDeclaration(outer) && ts.isObjectBindingPattern(outer.name))
    return outer.name.elements.map(({ name, propertyName, dotDotDotToken }) =>
      dotDotDotToken === undefined ? (propertyName ?? name).getText() : "*",
    );
  return ["*"];
}
